"""Read columns from Arrow, and write them as Arrow: without copying, where the types are the same.

Arrow stands at the edge alone: whoever reads a database or a file hands its batches in here.
Texts are dictionaries, sets are int64 whose words stand in the field's metadata, and what each row
has several of is a list of structs.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dunning_sdk.errors import FactTypeError
from dunning_sdk.portfolio.column import Array, Column, Flags, Kind
from dunning_sdk.portfolio.columns import Columns, Items
from dunning_sdk.portfolio.schema import Field, Schema

if TYPE_CHECKING:
    import pyarrow as pa

_WORDS: Final = b"words"
_SCALE: Final = b"scale"
_TEXTS: Final = ("string", "large_string", "string_view")


def from_arrow(table: "pa.Table | pa.RecordBatch", schema: Schema) -> Columns:
    """Return the columns of a table, as far as a book needs them.

    Args:
        table: Columns by the names of the schema; others are left out.
        schema: Of the compiled book.

    Raises:
        MissingFactError: A column is missing; said by the schema's check.
        FactTypeError: A column's type is none that its kind is read from.
    """
    import pyarrow as pa

    if isinstance(table, pa.RecordBatch):
        table = pa.Table.from_batches([table])
    table = table.combine_chunks()
    columns = {
        name: _read(_one(table, name), one, table.schema.field(name).metadata or {})
        for name, one in schema.fields.items()
        if name in table.column_names
    }
    items = {
        name: _items(_one(table, name), fields)
        for name, fields in schema.items.items()
        if name in table.column_names
    }
    return Columns(size=table.num_rows, columns=columns, items=items)


def to_arrow(columns: Columns) -> "pa.Table":
    """Return columns as a table that `from_arrow` reads back."""
    import pyarrow as pa

    fields, arrays = [], []
    for name, column in columns.columns.items():
        array = _written(column)
        fields.append(pa.field(name, array.type, metadata=_metadata(column)))
        arrays.append(array)
    for name, items in columns.items.items():
        inner = [(key, _written(one)) for key, one in items.columns.items()]
        struct = pa.StructArray.from_arrays(
            [array for _, array in inner],
            fields=[
                pa.field(key, array.type, metadata=_metadata(items.columns[key]))
                for key, array in inner
            ],
        )
        array = pa.LargeListArray.from_arrays(pa.array(items.offsets), struct)
        fields.append(pa.field(name, array.type))
        arrays.append(array)
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _one(table: "pa.Table", name: str) -> Any:  # noqa: ANN401 - an array of Arrow
    import pyarrow as pa

    column = table.column(name)
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.array([], type=column.type) if column.num_chunks == 0 else column.combine_chunks()


def _read(array: Any, one: Field, metadata: Mapping[bytes, bytes]) -> Column:  # noqa: ANN401
    known = None if array.null_count == 0 else _plain(array.is_valid())
    if one.kind is Kind.TEXT:
        return _texts(array, known, one.name)
    words: Sequence[str] = json.loads(metadata.get(_WORDS, b"[]"))
    values = _values(array, one)
    scale = int(metadata.get(_SCALE, b"0"))
    return Column.of(one.kind, values, known=known, words=words, scale=scale, name=one.name)


def _values(array: Any, one: Field) -> Array:  # noqa: ANN401 - an array of Arrow
    import pyarrow as pa

    wanted = {
        Kind.DAY: pa.int32(),
        Kind.COUNT: pa.int32(),
        Kind.FLAG: pa.bool_(),
    }.get(one.kind, pa.int64())
    is_day = one.kind is Kind.DAY and pa.types.is_date32(array.type)
    if not is_day and array.type != wanted:
        message = f"Column {one.name} is of Arrow's type {array.type}, and its kind is {one.kind}"
        raise FactTypeError(message, hint=f"Give {wanted}.", fact_name=one.name)
    if is_day:
        array = array.cast(pa.int32())
    if array.null_count:
        array = array.fill_null(False if one.kind is Kind.FLAG else 0)
    return _plain(array)


def _texts(array: Any, known: Flags | None, name: str) -> Column:  # noqa: ANN401
    import pyarrow as pa

    if str(array.type) in _TEXTS:
        array = array.dictionary_encode()
    if not pa.types.is_dictionary(array.type):
        message = f"Column {name} is of Arrow's type {array.type}, and its kind is text"
        raise FactTypeError(message, hint="Give texts, or a dictionary of texts.", fact_name=name)
    codes = array.indices.fill_null(0) if array.indices.null_count else array.indices
    words = [str(word) for word in array.dictionary.to_pylist()] or [""]
    return Column.of(Kind.TEXT, _plain(codes), known=known, words=words, name=name)


def _items(array: Any, fields: Sequence[Field]) -> Items:  # noqa: ANN401 - an array of Arrow
    offsets = _plain(array.offsets).astype(np.int64)
    flat = array.values.slice(int(offsets[0]), int(offsets[-1] - offsets[0]))
    columns = {}
    for one in fields:
        at = flat.type.get_field_index(one.name)
        if at >= 0:
            columns[one.name] = _read(flat.field(at), one, flat.type[at].metadata or {})
    return Items(offsets=offsets - offsets[0], columns=columns)


def _plain(array: Any) -> Array:  # noqa: ANN401 - an array of Arrow
    found: Array = array.to_numpy(zero_copy_only=False)
    return found


def _written(column: Column) -> Any:  # noqa: ANN401 - an array of Arrow
    import pyarrow as pa

    mask = None if column.known is None else ~column.known
    values = np.ascontiguousarray(column.values)
    if column.kind is Kind.TEXT:
        return pa.DictionaryArray.from_arrays(pa.array(values, mask=mask), list(column.words))
    if column.kind is Kind.DAY:
        return pa.array(values, mask=mask).cast(pa.date32())
    return pa.array(values, mask=mask)


def _metadata(column: Column) -> dict[bytes, bytes] | None:
    if column.kind is Kind.SET:
        return {_WORDS: json.dumps(column.words).encode()}
    return {_SCALE: str(column.scale).encode()} if column.kind is Kind.NUMBER else None
