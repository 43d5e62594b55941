"""A file to start from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from sim.errors import SettingError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="A commented file to start from.")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}")


@app.callback()
def _group() -> None:
    """A commented file to start from."""


@app.command()
def arrangement(
    name: Annotated[str, typer.Argument(help="what it is to be called", show_default=False)],
    folder: Annotated[Path, typer.Option("--in", help="where the file goes")] = Path("."),
) -> None:
    """Write NAME.yaml: every clause of a charter with its meaning and what it may say; it runs as it is.

    Example: covenant-lab new arrangement my_pact, then covenant arrangement=./my_pact.yaml
    """
    from sim import shelf
    from sim.arrangement.template import template

    if not _NAME.fullmatch(name):
        raise SettingError(f"name={name!r} must be of letters, digits, '_' and '-': it names the file and its studies")
    if name in shelf.options("arrangement"):
        raise SettingError(f"name={name!r} is an arrangement already; give it a name of its own")
    path = folder / f"{name}.yaml"
    if not folder.is_dir():
        raise SettingError(f"--in={folder} is no directory")
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(template(name))
    except FileExistsError:
        raise SettingError(f"{path} is there already and was left as it is") from None
    except OSError as error:
        raise SettingError(f"{path} cannot be written: {error.strerror}") from None
    option = path if path.is_absolute() or path.parts[0] == ".." else f"./{path}"
    print(f"{path}: read it with covenant-lab arrangement {option}, run it with covenant arrangement={option}")
