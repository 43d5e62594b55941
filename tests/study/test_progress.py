"""What is seen while a study runs: single lines in a pipe, a bar on a terminal, nothing when quiet."""

from __future__ import annotations

import io
import re

from kernels import _cache
from sim.stream.log import Record
from sim.stream.sinks import Tally
from sim.study import progress
from sim.study.compiling import tell_of_compiling
from sim.study.study import conduct
from study import toy

HALF = Tally(runs=50, crises=50, outcomes=[0, 10, 0, 0, 40, 0, 0])


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_lines_tell_done_rate_time_left_and_shares(monkeypatch):
    monkeypatch.setattr(progress, "LINE_SECONDS", 0.0)
    out = io.StringIO()
    seen = progress.watcher(file=out)
    seen.start("demo", 100, 0)
    seen.update(50, HALF)
    line = out.getvalue()
    assert re.fullmatch(r"demo: 50 of 100 runs, [\d,]+ runs/s, \d+ s left; fait accompli 80 %, deterred 20 %\n", line)
    assert "\x1b" not in line


def test_quiet_says_only_notes():
    out = io.StringIO()
    seen = progress.watcher("quiet", out)
    seen.start("demo", 100, 0)
    seen.update(50, HALF)
    seen.note("cell 1: 2 runs failed")
    seen.stop()
    assert out.getvalue() == "cell 1: 2 runs failed\n"


def test_a_bar_on_a_terminal_is_gone_at_the_end(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    out = Terminal()
    seen = progress.watcher(file=out)
    assert isinstance(seen, progress.Bar)
    seen.start("demo", 100, 0)
    seen.update(50, HALF)
    seen.stop()
    assert "fait accompli 80 %" in out.getvalue()
    assert out.getvalue().endswith("\x1b[2K") or "\x1b[" in out.getvalue()


def test_durations_are_told_in_words():
    assert [progress.clock(s) for s in (5, 89, 120, 5399, 7200)] == ["5 s", "89 s", "2 min", "90 min", "2.0 h"]


def test_a_study_reports_what_it_ends_with(tmp_path):
    class Told(progress.Quiet):
        last = (0, Tally())

        def update(self, done, tally):
            self.last = done, tally

    told = Told(io.StringIO())
    result = conduct([(toy.experiment(), 25)], tmp_path / "s", Record.at("summary"), 1, 10, told, toy.run)
    assert told.last == (25, result.cells[0].tally)


def test_compiling_is_told_and_only_where_there_is_something_to_compile(monkeypatch, tmp_path):
    told = io.StringIO()
    monkeypatch.setattr(_cache, "_DIRECTORY", tmp_path)
    tell_of_compiling(progress.Quiet(told))
    assert not told.getvalue()
    tell_of_compiling(progress.Lines(told))
    assert told.getvalue().startswith("compiling the kernels of this version")
    (tmp_path / "coalition.game-1.py311.nbi").write_bytes(b"")
    tell_of_compiling(progress.Lines(told))
    assert told.getvalue().count("\n") == 1
