"""Small seeded runs written out: `python tests/golden/histories.py` regenerates `histories.txt` and `rows.txt` after a change that is meant.

The first has every event, the second every row of the other tables of the first run of each arm.
"""

import hashlib
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]

from sim.run import run  # noqa: E402
from sim.stream.codes import Kind, Measure, label  # noqa: E402
from sim.stream.log import Log, Record  # noqa: E402
from stage.arms import experiment  # noqa: E402

ARMS = (
    ("scenario=abyssinia_1935", "arrangement=league"),
    ("scenario=abyssinia_1935", "arrangement=ideal", "aggression=computed"),
    ("scenario=korea_1950", "arrangement=un_1945"),
    ("scenario=suez_1956", "arrangement=un_1945"),
    ("scenario=two_blocs", "arrangement=self_help"),
    ("scenario=rhineland_1936", "arrangement=locarno"),
    ("scenario=chaco_1932", "arrangement=league"),
    ("scenario=munich_1938", "arrangement=league"),
)
RUNS = 2


def histories():
    """Every event of the first runs of each arm, one line each."""
    lines = []
    for overrides in ARMS:
        arm = experiment(*overrides, "seed=1")
        names = (*arm.world.ids, "the organ", "-")
        for number in range(RUNS):
            log = Log(Record.at("full", "all"))
            run(arm, number, log)
            lines.append(f"# {' '.join(overrides)} run={number}")
            lines += [line(event, names) for event in log.take()["events"]]
    return "\n".join(lines) + "\n"


def rows():
    """Every row that the first run of each arm writes beside its events; of the longest tables their number and a hash."""
    lines = []
    for overrides in ARMS:
        log = Log(Record.at("full", "all"))
        run(experiment(*overrides, "seed=1"), 0, log)
        tables = log.take()
        lines.append(f"# {' '.join(overrides)}")
        for name in ("runs", "crises", "drafts", "contributions", "spells", "forecasts"):
            lines += [f"{name} {row}" for row in map(written, tables[name])]
        for name in ("positions", "tracks"):
            text = "\n".join(map(written, tables[name]))
            lines.append(f"{name} {len(tables[name])} rows {hashlib.sha256(text.encode()).hexdigest()[:16]}")
    return "\n".join(lines) + "\n"


def written(row):
    return " ".join(f"{value:.12g}" if isinstance(value, float) else str(value) for value in row.tolist())


def line(event, names):
    measure = label(Measure(int(event["measure"]))) if event["measure"] >= 0 else "-"
    kind = label(Kind(int(event["kind"])))
    who = f"{names[int(event['actor'])]} {names[int(event['subject'])]}"
    return f"{event['seq']:4d} <-{event['cause']:4d}  day {event['day']:10.5f}  {kind} {who} {measure} {event['value']:.12g}"


if __name__ == "__main__":
    (HERE / "histories.txt").write_text(histories(), encoding="utf-8")
    (HERE / "rows.txt").write_text(rows(), encoding="utf-8")
