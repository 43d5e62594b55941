"""What brings tables of an earlier schema version to the newest: named steps, taken in order by every reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pyarrow as pa

from sim.errors import StudyError
from sim.stream.events import SCHEMA_VERSION
from sim.stream.tables import SCHEMAS


class Migration(NamedTuple):
    """The step from one schema version to the next.

    Attributes
    ----------
    to : int
        Version of the result.
    name : str
        What changes, in words.
    step : callable
        ``step(table, data)`` returns the data of a table as version `to` has it.
    """

    to: int
    name: str
    step: Callable[[str, pa.Table], pa.Table]


def columns_added_with_null(table: str, data: pa.Table) -> pa.Table:
    """Add the columns that the data were written without: null throughout; the order is the schema's."""
    for field in SCHEMAS[table]:
        if field.name not in data.column_names:
            data = data.append_column(field.with_nullable(True), pa.nulls(len(data), field.type))
    return data.select(SCHEMAS[table].names)


MIGRATIONS = (Migration(2, "columns added with null", columns_added_with_null),)


def upgraded(table: str, data: pa.Table, version: int) -> pa.Table:
    """Return data of a table, written with schema `version`, as the newest has them.

    Raises
    ------
    StudyError
        The version is newer than this program.
    """
    for migration in steps(version):
        data = migration.step(table, data)
    return data


def steps(version: int) -> tuple[Migration, ...]:
    """Return the migrations from schema `version` to the newest, in order.

    Raises
    ------
    StudyError
        There is no such version.
    """
    if not 1 <= version <= SCHEMA_VERSION:
        raise StudyError(
            f"schema {version} is not known to this program, which reads 1 to {SCHEMA_VERSION}; install a newer covenant-sim"
        )
    return tuple(migration for migration in MIGRATIONS if migration.to > version)
