"""What an episode does to the arrangement's credibility: a discounted Beta posterior."""

from __future__ import annotations


def after(credibility: float, success: float, memory: float) -> float:
    """Return the mean of the posterior after one episode.

    Parameters
    ----------
    credibility : float
        Mean before, 0 to 1.
    success : float
        How far the promise was kept in this episode, 0 to 1.
    memory : float
        Weight of the past [crises].

    Returns
    -------
    float

    Notes
    -----
    Beta(memory * c, memory * (1 - c)) updated by one fractional observation; the discount keeps the
    weight of the past at `memory`. Source: Josang and Ismail (2002), the beta reputation system.
    """
    return (memory * credibility + success) / (memory + 1.0)
