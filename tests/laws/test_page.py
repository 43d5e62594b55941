"""The page of laws names every test of a law, and the scenarios that each goes over."""

import importlib.util
import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs/model/laws.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if re.match(r"\|[ \d]+\|", line)]
BESIDE = {"test_laws_2_and_3.py": "under every charter that votes", "test_law_8.py": "pairs of charter and scenario"}


def scenarios_of(path, test):
    """Scenarios that a test goes over: those of its parameters, or of its table."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for mark in getattr(getattr(module, test), "pytestmark", []):
        if mark.name == "parametrize" and mark.args[0] == "scenario":
            return set(mark.args[1])
    if "law_1_" in test:
        return set(module.STAKES)
    return set(module.SAME)


def test_every_test_of_a_law_is_on_the_page():
    for path in sorted(HERE.glob("test_*.py")):
        for test in re.findall(r"^def (test_law_\w+)\(", path.read_text(encoding="utf-8"), re.M):
            assert f"`tests/laws/{path.name}::{test}`" in PAGE, test


def test_the_scenarios_on_the_page_are_those_of_the_tests():
    compared = 0
    for *_, told, tests in ROWS:
        for name, test in re.findall(r"`tests/laws/(\w+\.py)::(\w+)`", tests):
            if name not in BESIDE:
                assert scenarios_of(HERE / name, test) == set(told.split(", ")), test
                compared += 1
    assert compared >= 16
