"""The field's tables that a battery reads."""

from __future__ import annotations

import os
from pathlib import Path

from sim.errors import SettingError
from sim.world.importers.archive import Archive

VARIABLE = "COVENANT_DATA"


def open_archive(folder: Path | None) -> Archive:
    """Return the archive of a folder, of `$COVENANT_DATA` if none is given.

    Raises
    ------
    SettingError
        No folder is named.
    DataError
        It does not exist.
    """
    chosen = folder or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if chosen is None:
        raise SettingError(f"--data is missing: the folder of the field's tables (or ${VARIABLE})")
    return Archive(chosen)
