"""Bodies that JSON cannot hold as Python does: records, news, files, a court.

Decides how each kind of record looks in JSON, from the one table of kinds and keys there is
(`records.entry.KEYS`): amounts in minor units, days, yes and no, files in base64, else text. What a
value means, and which are needed, is left to the engine.
"""

import base64
import binascii
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Final, Literal, Union

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, create_model

from dunning_sdk.connectors.news import News, NewsKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import Attachment
from dunning_sdk.records.entry import AMOUNTS, FLAGS, KEYS, Record
from dunning_sdk.records.kept_file import BYTES_MAX, file_named
from dunning_sdk.service.operation import Day, Flag, Word

MINOR_MAX: Final = 10**15
NEWS_MAX: Final = 1000
FILES: Final = frozenset({"file", "proof"})
Text = Annotated[
    str, StringConstraints(max_length=20_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Amount(_Strict):
    """An amount in minor units, such as cents."""

    minor: Annotated[int, Field(strict=True, ge=-MINOR_MAX, le=MINOR_MAX)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = Field(
        description="ISO 4217 code.", examples=["EUR"]
    )


def _in_base64(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as problem:
        message = "is not base64"
        raise ValueError(message) from problem
    return text


class File(_Strict):
    """A file; the ending of its name tells what it is, and its content has to agree."""

    name: Annotated[Word, Field(min_length=1)]
    content: Annotated[
        str,
        StringConstraints(max_length=4 * (BYTES_MAX // 3 + 1)),
        AfterValidator(_in_base64),
        Field(description="Its bytes in base64."),
    ]


class NewsItem(_Strict):
    """One thing that became known of a notice that left."""

    kind: NewsKind
    on: Day = Field(description="Day it happened.")
    channel: Word = Field(default="", description="By which it came or was tried.")
    notice_id: Word = Field(default="", description="Empty where only the sender is known.")
    sender: Word = Field(default="", description="Address of who answered.")
    text: Text = Field(default="", description="What he wrote.")
    reference: Word = Field(default="", description="The outside system's own id.")
    outcome: Word = Field(default="", description="Of a letter that ended.")
    proof: File | None = Field(default=None, description="Evidence of deposit or receipt.")


NewsList = Annotated[list[NewsItem], Field(min_length=1, max_length=NEWS_MAX)]


class CourtBody(_Strict):
    """The court a person chose."""

    name: Annotated[Word, Field(min_length=1)]
    street: Word
    postal_code: Word
    city: Annotated[Word, Field(min_length=1)]


class RecordKeys(_Strict):
    """What every record has."""

    subject: Word = Field(description="Receivable, debtor, quote or review item it is about.")
    on: Day = Field(description="Day it happened.")


def _kind_of(key: str) -> Any:  # noqa: ANN401  # a type
    if key in AMOUNTS:
        return Amount
    if key in FILES:
        return File
    if key in FLAGS:
        return Flag
    return Day if key.endswith("_on") else Text


def _models() -> Iterable[type[BaseModel]]:
    for kind, keys in KEYS.items():
        words = "".join(map(str.capitalize, kind.split("-")))
        of_values: dict[str, Any] = {
            key: (_kind_of(key) | None, Field(default=None)) for key in sorted(keys)
        }
        values = create_model(f"{words}Values", __base__=_Strict, **of_values)
        fields: dict[str, Any] = {
            "kind": (Literal[kind], ...),
            "values": (values, Field(default_factory=values)),
        }
        yield create_model(
            f"Record{words}",
            __base__=RecordKeys,
            __doc__=f"A record of kind `{kind}`; docs/recording.md says what its values mean.",
            **fields,
        )


RecordBody: Any = Annotated[Union[tuple(_models())], Field(discriminator="kind")]  # noqa: UP007  # made of a table


def record_of(body: Any) -> Record:  # noqa: ANN401  # one of the models above
    """Return a body as the record it stands for."""
    values = {name: getattr(body.values, name) for name in type(body.values).model_fields}
    known = {name: _native(value) for name, value in values.items() if value is not None}
    return Record(kind=body.kind, on=body.on, subject=body.subject, values=known)


def news_of(items: Iterable[NewsItem]) -> list[News]:
    """Return items as the news they stand for."""
    return [
        News(**{name: _native(getattr(item, name)) for name in NewsItem.model_fields})
        for item in items
    ]


def _native(value: Amount | File | date | str | bool | None) -> Any:  # noqa: ANN401  # by its kind
    if isinstance(value, Amount):
        return Money(value.minor, value.currency)
    if isinstance(value, File):
        return attached(value)
    return value


def attached(file: File) -> Attachment:
    """Return a file as an attachment."""
    return file_named(file.name, base64.b64decode(file.content))
