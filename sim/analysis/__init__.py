"""What comes back from disk: open, summary, intervals, compare, explain, catalogue."""

from sim.analysis.cell import Cell
from sim.analysis.open import Study, open_study

__all__ = ["Cell", "Study", "open_study"]
