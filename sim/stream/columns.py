"""Arrow arrays laid over NumPy's memory.

`pyarrow.array` imports pandas wherever it is installed, which takes longer than a thousand runs; the buffers say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def numbers(values: NDArray[Any], kind: pa.DataType, missing: NDArray[np.bool_] | None = None) -> pa.Array:
    """Return an array of numbers or truth values.

    Parameters
    ----------
    values : (n,) ndarray
        Of the width of `kind`.
    kind : pyarrow.DataType
    missing : (n,) bool ndarray, optional
        Where the value is null.
    """
    data = np.packbits(values, bitorder="little") if kind == pa.bool_() else np.ascontiguousarray(values)
    n_missing = 0 if missing is None else int(missing.sum())
    valid = pa.py_buffer(np.packbits(~missing, bitorder="little")) if missing is not None and n_missing else None
    return pa.Array.from_buffers(kind, len(values), [valid, pa.py_buffer(data)], n_missing)


def raw(array: pa.Array) -> NDArray[Any]:
    """Return the memory of an array of numbers; what stands where it is null is not said."""
    width = array.type.bit_width // 8
    data = memoryview(array.buffers()[1])[array.offset * width : (array.offset + len(array)) * width]
    return np.frombuffer(data, array.type.to_pandas_dtype())


def texts(values: Sequence[str | None]) -> pa.StringArray:
    """Return an array of texts."""
    encoded = [b"" if value is None else value.encode() for value in values]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    missing = np.array([value is None for value in values], bool)
    valid = pa.py_buffer(np.packbits(~missing, bitorder="little")) if missing.any() else None
    return pa.StringArray.from_buffers(
        len(values), pa.py_buffer(ends), pa.py_buffer(b"".join(encoded)), valid, int(missing.sum())
    )


def coded(codes: NDArray[np.integer[Any]], values: Sequence[str]) -> pa.DictionaryArray:
    """Return codes as a dictionary of texts; negative ones are null."""
    indices = numbers(codes, pa.int8() if codes.dtype.itemsize == 1 else pa.int16(), codes < 0)
    return pa.DictionaryArray.from_arrays(indices, _words(tuple(values)))


@lru_cache(64)
def _words(values: tuple[str, ...]) -> pa.StringArray:
    return texts(values)


def constant(text: str, n: int) -> pa.DictionaryArray:
    """Return one text n times."""
    return coded(np.zeros(n, np.int8), [text])


def column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Return plain values as an array of `kind`: numbers, truth values, dates, texts, codes, lists or structs of these."""
    if pa.types.is_dictionary(kind):
        place = {value: i for i, value in enumerate(dict.fromkeys(values))}
        width = np.int8 if kind.index_type == pa.int8() else np.int16
        return coded(np.array([place[value] for value in values], width), list(place))
    if pa.types.is_string(kind):
        return texts(values)
    if pa.types.is_list(kind):
        ends = np.cumsum([0, *map(len, values)], dtype=np.int32)
        inner = column([one for value in values for one in value], kind.value_type)
        return pa.ListArray.from_arrays(numbers(ends, pa.int32()), inner, type=kind)
    if pa.types.is_struct(kind):
        fields = [kind.field(i) for i in range(kind.num_fields)]
        return pa.StructArray.from_arrays(
            [column([value[f.name] for value in values], f.type) for f in fields], fields=fields
        )
    missing = np.array([value is None for value in values], bool)
    if pa.types.is_date(kind):
        known = np.array(values, "datetime64[D]").astype(np.int32)
    else:
        known = np.array([0 if value is None else value for value in values], kind.to_pandas_dtype())
    return numbers(known, kind, missing)


def rows(values: Sequence[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    """Return mappings as the rows of a table."""
    return pa.Table.from_arrays([column([row[f.name] for row in values], f.type) for f in schema], schema=schema)
