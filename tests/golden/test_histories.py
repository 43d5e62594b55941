"""The same seed tells the same histories as when they were written down."""

import importlib.util
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.parametrize("what", ["histories", "rows"])
def test_they_are_as_written(what):
    spec = importlib.util.spec_from_file_location("histories", HERE / "histories.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert getattr(module, what)() == (HERE / f"{what}.txt").read_text(encoding="utf-8")
