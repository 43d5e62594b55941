"""The reference pages, made from the code: ``python tests/docs/reference.py`` writes docs/reference anew."""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from pathlib import Path

import typer

from sim import cli, lab, shelf
from sim.analysis.catalogue import _default, _range, lever_rows
from sim.analysis.wording import PHRASES
from sim.arrangement.clauses import Instrument, Pact, Reservation
from sim.arrangement.rule import Quota, Seat, Size
from sim.experiment import Further
from sim.schema import describe
from sim.stream import dictionary
from sim.stream.codes import Kind, label
from sim.world.facts import Council, Obligation, Route, StateFacts
from sim.world.synthetic import SyntheticFacts

FOLDER = Path(__file__).parents[2] / "docs" / "reference"
NOTE = "Made from the code by `python tests/docs/reference.py`; a test holds it current.\n"
GROUPS = {
    "": "of a request",
    "scenario": "`scenario`: the crisis before it happens",
    "arrangement": "`arrangement`: the charter",
    "world": "`world`: states and ties of one date",
    "behaviour": "`behaviour`: how states decide",
    "record": "`record`: what is written down",
    "stop": "`stop`: when a cell has runs enough",
}
ENTRIES = {
    "One state of a world, such as `world.states.ITA`": {"world.states.ID": StateFacts},
    "One entry of a list": {
        "scenario.also[]": Further,
        "arrangement.instruments[]": Instrument,
        "arrangement.organ.rule.quotas[]": Quota,
        "arrangement.organ.permanent[]": Seat,
        "arrangement.organ.sizes[]": Size,
        "arrangement.membership.reservations[]": Reservation,
        "arrangement.pacts[]": Pact,
        "world.obligations[]": Obligation,
        "world.routes[]": Route,
        "world.councils.NAME": Council,
    },
    "A synthetic world": {"world": SyntheticFacts},
}


def levers() -> str:
    """Every key of the configuration."""
    rows = defaultdict(list)
    for row in lever_rows():
        rows[row["key"].split(".")[0] if "." in row["key"] else ""].append(row)
    text = [
        "# Levers\n",
        NOTE,
        "`KEY=VALUE` on the command line, or in a file of one's own. `covenant-lab levers WORD` searches them.",
        "A key without a default must be given by its file. Lists and mappings are written as in YAML: `scenario.absent=[RUS]`.",
    ]
    for group, title in GROUPS.items():
        text += [
            f"\n## Settings {title}\n" if not group else f"\n## {title}\n",
            "| key | default | allowed | unit | meaning |",
            "|---|---|---|---|---|",
        ]
        text += [_line(row) for row in rows.pop(group)]
    assert not rows, f"no heading for {', '.join(rows)}"
    for title, parts in ENTRIES.items():
        text += [f"\n## {title}\n", "| key | default | allowed | unit | meaning |", "|---|---|---|---|---|"]
        text += [_line(row) for key, part in parts.items() for row in describe(part, key)]
    return "\n".join(text) + "\n"


def _line(row):
    cells = (f"`{row['key']}`", _default(row["default"]), _range(row) or row["type"], row["unit"] or "", row["doc"])
    return "| " + " | ".join(_cell(str(c)) for c in cells) + " |"


def tables() -> str:
    """Every table and column, and every kind of event in words."""
    text = dictionary.markdown().replace("# Data dictionary\n", f"# Tables\n\n{NOTE}", 1).rstrip("\n")
    lines = [
        text,
        "\n## Kinds of event\n",
        "What each says of its actor, its subject and its value.\n",
        "| kind | in words |",
        "|---|---|",
    ]
    lines += [f"| `{label(kind)}` | {_cell(PHRASES[kind].replace('|', ''))} |" for kind in Kind if kind in PHRASES]
    return "\n".join(lines) + "\n"


def commands() -> str:
    """Both commands and their options."""
    settings = "\n".join(line.rstrip() for line in cli._SETTINGS)
    told = cli.HELP.format(
        groups="  scenario, arrangement, world, behaviour, record, debug", settings=settings, variable="$COVENANT_CONF"
    ).rstrip()
    text = ["# Commands\n", NOTE, "## covenant\n", "```text", told.replace("$$", "$"), "```\n", "## covenant-lab\n"]
    for panel, members in lab.COMMANDS.items():
        text.append(f"### {panel}\n")
        for name, (target, line) in members.items():
            body = lab._load(target)
            if isinstance(body, typer.Typer):
                text.append(f"**`covenant-lab {name}`**: {line}.\n")
                for command in body.registered_commands:
                    text += _command(f"{name} {command.name or command.callback.__name__}", command.callback)
            else:
                text += _command(name, body)
    return "\n".join(text).rstrip("\n") + "\n"


def scenarios() -> str:
    """Every crisis that can be run, and the works its inputs and its world rest on."""
    text = [
        "# Scenarios\n",
        NOTE,
        "Inputs known before the day; what each rests on stands beside it in `conf/scenario/`, the facts of its day in `conf/world/`. Works are those of the [bibliography](../model/bibliography.md) that "
        "either file names.\n",
    ]
    works = _works()
    for name in shelf.options("scenario"):
        found = shelf.read(shelf.find("scenario", name))
        files = [shelf.find("scenario", name).read_text(encoding="utf-8")]
        world = name
        while world:
            files.append(shelf.find("world", world).read_text(encoding="utf-8"))
            world = shelf.read(shelf.find("world", world)).get("base")
        cited = sorted(work for work, spelled in works.items() if any(re.search(spelled, told) for told in files))
        sides = " against ".join(", ".join(found[side]) for side in ("aggressors", "targets"))
        own = found.get("own_arrangement")
        text.append(f"## {name}\n\n{found['title']}. {sides}, {found['entry'].replace('_', ' ')}, {found['date']}.")
        text.append(f"Arrangement of its day: `{own}`." if own else "Stylised: a synthetic world.")
        text.append(f"Works: {'; '.join(cited)}.\n" if cited else "")
    return "\n".join(text).rstrip("\n") + "\n"


def _works() -> dict[str, str]:
    """Name and year of every work of the bibliography, with the pattern by which a file names it."""
    works = {}
    for entry in (FOLDER.parent / "model" / "bibliography.md").read_text(encoding="utf-8").split("\n\n")[1:]:
        told = re.match(r"([A-Z][^\s,]+).*?\b((?:1[89]|20)\d\d)\b", entry)
        if told:
            works[f"{told[1]} {told[2]}"] = rf"\b{re.escape(told[1])}\b(?:,? (?:and )?[A-Z][\w.-]+)*,? {told[2]}\b"
    return works


def _command(name, body):
    app = typer.Typer(add_completion=False)
    app.command()(body)
    words = [paragraph.replace("\n", " ") for paragraph in inspect.cleandoc(body.__doc__).split("\n\n")]
    lines = [f"#### {name}\n", *(f"{_code(word)}\n" for word in words)]
    options = []
    for parameter in typer.main.get_command(app).params:
        if "--help" in parameter.opts:
            continue
        spelled = (
            ", ".join(parameter.opts)
            if parameter.param_type_name == "option"
            else (parameter.metavar or parameter.name).upper()
        )
        default = parameter.default() if callable(parameter.default) else parameter.default
        shown = "" if default in (None, False, "", [], ()) or parameter.required else f" (default {default})"
        options.append(f"| `{spelled}` | {_cell(parameter.help or '')}{shown} |")
    return [*lines, *(["| | |", "|---|---|", *options, ""] if options else [])]


def _code(words: str) -> str:
    before, found, after = words.partition("Example: ")
    return f"{before}Example: `{after}`" if found else words


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


PAGES = {"levers.md": levers, "tables.md": tables, "commands.md": commands, "scenarios.md": scenarios}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for page, made in PAGES.items():
        (FOLDER / page).write_text(made(), encoding="utf-8")
