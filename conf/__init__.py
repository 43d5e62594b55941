"""Values only: the shipped scenarios, arrangements, worlds, behaviours and levels of record."""
