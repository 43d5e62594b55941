"""Voting bodies: the game that an organ plays, the divisions that adopt in it, and the power of each member."""
