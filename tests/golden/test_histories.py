"""The same seed tells the same histories as when they were written down."""

import importlib.util
from pathlib import Path

HERE = Path(__file__).parent


def test_histories_are_as_written():
    spec = importlib.util.spec_from_file_location("histories", HERE / "histories.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.histories() == (HERE / "histories.txt").read_text(encoding="utf-8")
