"""Crises from outside: opened as they come in one environment, replayed by every run, answered as they are read."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import polars as pl
import pytest

from sim import compose
from sim.cli import run as covenant
from sim.config import request
from sim.errors import CovenantError
from sim.lab import run as lab
from sim.run import run
from sim.stream import store
from sim.stream.log import Log, Record
from sim.study.audit import audit
from sim.study.rerun import rerun

RECORDS = [
    {"day": 0, "aggressor": "ITA", "target": "ETH"},
    {"day": 20, "aggressor": "JPN", "target": "CHN", "objective": "total"},
    {"day": 20, "aggressor": "ITA", "target": "YUG", "entry": "threat", "deadline_days": 5},
    {"day": 300, "aggressor": "GMY", "target": "AUS", "entry": "covert"},
]
ALSO = "[{day: 20, aggressors: [JPN], targets: [CHN]}, {day: 20, aggressors: [ITA], targets: [YUG], entry: threat}]"
TABLES = ("runs", "crises", "events", "drafts")


def experiment(*overrides):
    return request(compose.single(["scenario=abyssinia_1935", "arrangement=league", *overrides])).experiment


def lines(path, records=RECORDS):
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in records))
    return path


def rows(study):
    return [pl.read_parquet(study / f"cells/*/{table}/*.parquet").drop("cell") for table in TABLES]


def equal(some, others):
    return all(a.equals(b) for a, b in zip(some, others, strict=True))


def test_a_run_fed_record_by_record_is_the_run_that_knew_them_all():
    known = experiment(f"scenario.also={ALSO}")
    before, fed = Log(Record.at("full", "all")), Log(Record.at("full", "all"))
    for number in range(6):
        run(known, number, before)
        run(known, number, fed, source=iter(known.openings))
    before, fed = before.take(), fed.take()
    assert {table: rows.tobytes() for table, rows in before.items()} == {t: rows.tobytes() for t, rows in fed.items()}
    assert len(before["crises"]) == 18


def test_crises_of_a_source_compete_where_crises_apart_do_not(tmp_path):
    """The second war of one aggressor is fought with what the first left at home."""
    lines(tmp_path / "both.jsonl", [RECORDS[0], {**RECORDS[0], "day": 10, "target": "YUG"}])
    lines(tmp_path / "second.jsonl", [{**RECORDS[0], "day": 10, "target": "YUG"}])
    both, second = Log(Record.at("summary")), Log(Record.at("summary"))
    for number in range(10):
        run(experiment(f"source={tmp_path / 'both.jsonl'}"), number, both)
        run(experiment(f"source={tmp_path / 'second.jsonl'}"), number, second)
    found, alone = both.take()["crises"], second.take()["crises"]
    later = found[found["crisis"] == 1]
    assert (later["aggressor_power"] < alone["aggressor_power"]).all()
    assert later["n_drafts"].sum() != alone["n_drafts"].sum()


def test_a_file_of_crises_feeds_every_run_and_stays_with_the_study(tmp_path, capsys):
    source = lines(tmp_path / "crises.jsonl", [*RECORDS[:2], "nonsense", *RECORDS[2:], {**RECORDS[0], "day": 365}])
    asked = [f"source={source}", "runs=8", "shard_runs=3", "workers=1", f"study={tmp_path / 's'}", "-q"]
    assert covenant(asked) == 0
    said = capsys.readouterr().err
    assert "2 of 6 records of" in said
    aside = next((tmp_path / "s" / "sources").glob("*.aside.jsonl"))
    assert str(aside) in said
    assert [json.loads(line)["record"] for line in aside.read_text().splitlines()] == [3, 6]
    crises = pl.read_parquet(tmp_path / "s/cells/*/crises/*.parquet").sort("run", "crisis")
    assert crises["target"].cast(pl.String).to_list() == ["ETH", "CHN", "YUG", "AUS"] * 8
    assert crises["opening_day"].to_list() == [0.0, 20.0, 20.0, 300.0] * 8
    assert not [f.text for f in audit(tmp_path / "s") if f.level == "wrong"]
    assert rerun(tmp_path / "s", 5).same is True
    source.unlink()
    assert rerun(tmp_path / "s", 6).same is True
    kept = next(p for p in (tmp_path / "s" / "sources").iterdir() if p != aside)
    assert covenant([f"source={kept}", *asked[1:]]) == 0
    assert len(store.cells(tmp_path / "s")) == 1
    kept.write_text(kept.read_text().replace("20.0", "21.0"))
    assert [f.text for f in audit(tmp_path / "s") if f.level == "wrong"] == [
        f"{kept} was altered; remove it and run the study's command"
    ]
    with pytest.raises(CovenantError, match="was altered"):
        rerun(tmp_path / "s", 5)
    kept.unlink()
    (missing,) = (f.text for f in audit(tmp_path / "s") if f.level == "wrong")
    assert missing.startswith(f"{kept} is missing")
    lines(source, [*RECORDS[:2], "nonsense", *RECORDS[2:], {**RECORDS[0], "day": 365}])
    assert covenant(asked) == 0
    assert not [f.text for f in audit(tmp_path / "s") if f.level == "wrong"], "the same command writes it anew"


def test_other_records_are_another_cell(tmp_path):
    some, others = lines(tmp_path / "a.jsonl"), lines(tmp_path / "b.jsonl", RECORDS[:3])
    for source in (some, others):
        assert covenant([f"source={source}", "runs=1", "workers=1", f"study={tmp_path / 's'}", "-q"]) == 0
    assert len(store.cells(tmp_path / "s")) == 2
    assert len(list((tmp_path / "s" / "sources").iterdir())) == 2


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["source=-"], "source=- needs study=NAME"),
        (["source=missing.jsonl"], "source=missing.jsonl is no file"),
        (["-m", "source=-", "study=s", "seed=1,2"], "source=- feeds one cell"),
    ],
)
def test_a_source_that_cannot_be_is_refused_and_nothing_is_written(tmp_path, monkeypatch, arguments, reason):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CovenantError, match=reason):
        covenant(arguments)
    assert not list(tmp_path.iterdir())


def piped(tmp_path, *overrides):
    command = [sys.executable, "-m", "sim.cli", "source=-", "runs=5", f"study={tmp_path / 'live'}", *overrides]
    code = "import sys; from sim.cli import main; sys.argv[0] = 'covenant'; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, *command[3:]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )


@pytest.mark.slow
def test_standard_input_is_answered_as_it_is_read(tmp_path, capsys):
    process = piped(tmp_path)
    for record in (RECORDS[0], {"day": 364}):
        process.stdin.write(json.dumps(record) + "\n")
        process.stdin.flush()
    first = json.loads(process.stdout.readline())
    assert process.poll() is None
    assert (first["crisis"], first["target"], first["runs"], first["day"]) == (0, "ETH", 5, 364.0)
    assert sum(one["share"] for one in first["outcome"].values()) + first["open"] == pytest.approx(1.0, abs=1e-3)
    process.stdin.write('nonsense\n{"day": 364.5, "aggressor": "JPN", "target": "CHN"}\n')
    rest, said = process.communicate(timeout=120)
    assert process.returncode == 0
    last = [json.loads(line) for line in rest.splitlines()]
    assert sorted(one["crisis"] for one in [first, *last] if one["final"]) == [0, 1]
    assert said.startswith("covenant: 1 of 4 records of - were set aside, 1 as no record of named fields; see ")

    study = tmp_path / "live"
    assert not [f.text for f in audit(study) if f.level == "wrong"]
    assert not list(study.rglob("running"))
    assert rerun(study, 3).same is True
    kept = next(p for p in (study / "sources").iterdir() if "aside" not in p.name)
    assert covenant([f"source={kept}", "runs=5", "workers=1", f"study={tmp_path / 'again'}", "-q"]) == 0
    assert equal(rows(study), rows(tmp_path / "again"))
    shares = pl.read_parquet(study / "cells/*/crises/*.parquet").filter(crisis=1)["share_kept"]
    assert next(one for one in last if one["crisis"] == 1)["share_kept"] == pytest.approx(shares.mean(), abs=1e-4)

    process = piped(tmp_path)
    _, said = process.communicate(json.dumps(RECORDS[0]), timeout=120)
    assert process.returncode == 2
    assert lab(["summary", str(study)]) == 0
    assert f" source={kept} " in capsys.readouterr().out
    assert "was fed from standard input and cannot be gone on with; take a new study=" in said
    assert said.count("\n") == 1


def test_told_to_end_while_it_is_fed_it_keeps_what_came_in_and_may_be_queued_again(tmp_path):
    process = piped(tmp_path)
    process.stdin.write(json.dumps(RECORDS[0]) + "\n")
    process.stdin.flush()
    sources = tmp_path / "live" / "sources"
    for _ in range(1200):
        if any(path.stat().st_size for path in sources.glob("*.jsonl")):
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 143
    (kept,) = sources.glob("*.jsonl")
    assert said.endswith(f"interrupted; what came in is kept: source={kept} feeds it again\n")
    assert not list((tmp_path / "live").rglob("shard-*"))
    assert covenant([f"source={kept}", "runs=2", "workers=1", f"study={tmp_path / 'again'}", "-q"]) == 0
