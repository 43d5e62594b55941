"""What the pages name exists: links, files, tests, levers with their defaults, switches, codes."""

import re
from pathlib import Path

import pytest

from sim.analysis.catalogue import lever_rows
from sim.analysis.report.grounds import LIMITS

ROOT = Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"])
LEVERS = {row["key"]: row for row in lever_rows()}
NAMES = [str(p.relative_to(ROOT)) for p in PAGES]
FENCED = re.compile(r"^```.*?^```$", re.M | re.S)


@pytest.fixture(params=PAGES, ids=NAMES)
def page(request):
    return request.param, request.param.read_text(encoding="utf-8")


def anchors(text):
    """Anchors of a page's headings as the common renderers make them."""
    heads = re.findall(r"^#+ (.+)$", FENCED.sub("", text), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def test_links_lead_somewhere(page):
    path, text = page
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCED.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there.read_text(encoding="utf-8")), target


def test_files_and_tests_exist(page):
    _, text = page
    for name in re.findall(r"`((?:sim|kernels|conf|tests|docs)/[\w/.:-]+)`", text):
        file, _, test = name.partition("::")
        assert (ROOT / file).exists(), name
        if test:
            assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), name


def test_defaults_are_those_of_the_code(page):
    path, text = page
    if path.parent.name == "reference":
        return
    for key, shown in re.findall(r"^\| `((?:behaviour|scenario|arrangement)\.[\w.]+)` \| ([^|]*?) \|", text, re.M):
        default = LEVERS[key]["default"]
        if isinstance(default, (bool, str)):
            assert shown == str(default).lower(), key
        else:
            assert float(shown) == default, key


def test_switches_and_levers_named_in_passing_exist(page):
    _, text = page
    spoken = " ".join(re.findall(r"`([^`\n]+)`", FENCED.sub("", text)))
    for key in re.findall(r"(?<![\w./])((?:behaviour|scenario|arrangement)(?:\.[a-z_0-9]+)+)", spoken):
        assert any(known == key or known.startswith(f"{key}.") for known in LEVERS), key
    for switch in re.findall(r"(?<![\w.])mechanisms\.(?!md\b)([a-z_]+)", spoken):
        assert f"behaviour.mechanisms.{switch}" in LEVERS, switch


def test_every_submodel_has_a_page_and_every_page_is_linked():
    steps = {p.stem for p in (ROOT / "sim/crisis").glob("*.py")} - {
        "__init__",
        "crisis",
        "fork",
        "history",
        "positions",
    }
    assert steps <= {p.stem for p in (ROOT / "docs/model").glob("*.md")}
    linked = set()
    for path in PAGES:
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
            linked.add((path.parent / target).resolve())
    lonely = [
        str(p.relative_to(ROOT)) for p in PAGES if p.resolve() not in linked and p.name not in ("README.md", "index.md")
    ]
    assert lonely == []


def test_the_limits_that_reports_state_are_those_of_the_page():
    page = (ROOT / "docs/model/limits.md").read_text(encoding="utf-8")
    short = page.split("## In short")[1].split("\n## ")[0]
    assert tuple(re.findall(r"^- (.+)$", short, re.M)) == LIMITS
