"""Every command and every Python block of the pages for users, as it stands but with a hundredth of the runs."""

import re
import shlex
from pathlib import Path

import pytest

from sim import cli, lab
from world.conftest import FILES

ROOT = Path(__file__).parents[2]
PAGES = ["README.md", "docs/tutorial.md", *sorted(f"docs/how-to/{p.name}" for p in (ROOT / "docs/how-to").glob("*.md"))]
FENCE = re.compile(r"^```([a-z]+)(?: ([^\n]+))?\n(.*?)^```$", re.M | re.S)
ENTRY = {"covenant": cli.run, "covenant-lab": lab.run}


def blocks(page):
    """Language, what stands beside it, and text of every fenced block."""
    return FENCE.findall((ROOT / page).read_text(encoding="utf-8"))


def commands(text):
    """Command lines of a console block, as lists of words."""
    lines = [line[2:] for line in text.splitlines() if line.startswith("$ ")]
    return [shlex.split(line, comments=True) for line in lines]


def scaled(word):
    kind, _, number = word.partition("=")
    return f"{kind}={max(4, int(number) // 100)}" if kind in ("runs", "--futures") else word


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """An empty folder to work in, with the outputs in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COVENANT_OUTPUTS", str(tmp_path / "outputs"))
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_says_can_be_done(page, desk, capsys):
    done = 0
    for language, beside, text in blocks(page):
        if language == "yaml" and beside:
            (desk / beside).write_text(text, encoding="utf-8")
        elif language == "python":
            exec(compile(text, page, "exec"), {})
            done += 1
        elif language == "console":
            if beside == "data" and not (desk / "data").exists():
                (desk / "data").mkdir()
                for name, content in FILES.items():
                    (desk / "data" / name).write_text(content, encoding="utf-8")
            for name, *words in commands(text):
                small = ["workers=1"] if name == "covenant" else ["--runs", "20"] if words[0] == "whatif" else []
                assert ENTRY[name]([*map(scaled, words), *small]) == 0, words
                done += 1
    assert done
    assert capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES)
def test_a_block_is_of_a_kind_the_tests_know(page):
    for language, beside, text in blocks(page):
        assert language in ("console", "sh", "text", "yaml", "python", "r", "sql"), language
        if language == "console":
            assert beside in ("", "data")
            assert all(words[0] in ENTRY for words in commands(text)) and commands(text)
