"""Declare how a CSV file is written and which column holds what.

Decides which declarations are allowed, and names the fault where one is not. Reading the file
is left to `csv_reader`, turning its rows into records to `csv_invoices` and `csv_payments`.

>>> CsvPaymentMapping.load(
...     {"columns": {"received_on": "Date", "amount": "Sum"}, "constants": {"currency": "EUR"}},
...     where="bank.csv",
... ).dates
'iso'
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dunning_sdk.errors import ConfigError, nearest_names

DateOrder = Literal["iso", "day_first", "month_first"]
Encoding = Literal["auto", "utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"]
Delimiter = Literal["auto", ",", ";", "\t", "|"]
Days = Annotated[int, Field(ge=0, le=3650)]
Header = Annotated[str, Field(min_length=1)]

_PARTY_FIELDS = (
    "id", "name", "country", "language", "registration", "vat_id", "email", "phone", "contact",
    "street", "street_2", "postal_code", "city", "iban", "bic", "is_company",
    "handles", "opted_in", "opted_out",
)  # fmt: skip


class CsvMapping(BaseModel):
    """How a CSV file is written.

    Attributes:
        columns: Field of the record to header in the file, exactly as written there.
        constants: Field of the record to the text that stands for it in every row.
        encoding: ``auto`` tries UTF-8, then Windows-1252.
        delimiter: ``auto`` takes the one under which most declared headers are found.
        decimal_mark: Mark before the decimals of amounts, which are in major units.
        dates: ``iso`` is 2026-03-31, ``day_first`` 31/03/2026, ``month_first`` 3/31/2026.
        date_separators: Characters that may stand between day, month and year; not for ``iso``.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    fields: ClassVar[frozenset[str]] = frozenset()
    required: ClassVar[tuple[str, ...]] = ()

    columns: dict[str, Header]
    constants: dict[str, str] = Field(default_factory=dict)
    encoding: Encoding = "auto"
    delimiter: Delimiter = "auto"
    decimal_mark: Literal[",", "."] = "."
    dates: DateOrder = "iso"
    date_separators: Annotated[str, Field(min_length=1, max_length=8)] = "/.-"

    @classmethod
    def load(cls, values: Mapping[str, object], *, where: str) -> Self:
        """Check a declaration as read from a configuration file.

        Args:
            values: Keys and values of the declaration.
            where: Names its place in messages.

        Raises:
            ConfigError: Something is missing, unknown or of the wrong kind.
        """
        try:
            return cls.model_validate(dict(values))
        except ValidationError as exc:
            raise ConfigError(_first_fault(exc, where)) from exc

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        for name in (*self.columns, *self.constants):
            if name not in self.fields:
                near = nearest_names(name, self.fields)
                question = f"; did you mean {' or '.join(near)}?" if near else ""
                raise ValueError(f"field {name!r} is not known{question}")
        for name in self.columns:
            if name in self.constants:
                raise ValueError(f"field {name!r} has a column and a constant; keep one")
        for name in self.required:
            if name not in self.columns and name not in self.constants:
                raise ValueError(f"field {name!r} is missing; give it a column or a constant")
        return self


class CsvInvoiceMapping(CsvMapping):
    """How a CSV file of invoices is written; one row is one document.

    Beside the number, dates and totals, each party has the fields ``debtor_id``,
    ``debtor_name``, ``debtor_email`` and so on; likewise ``creditor_…`` and ``payee_…``.

    Attributes:
        payment_days: Days from issue to due date where a row states no due date; ``None``
            leaves such a document without one.
        credit_note_words: Texts in the column ``kind`` that mean a credit note, in any case.
        invoice_words: Texts in the column ``kind`` that mean an invoice, in any case.
    """

    fields: ClassVar[frozenset[str]] = frozenset(
        (
            "number",
            "issued_on",
            "due_on",
            "payment_days",
            "kind",
            "currency",
            "amount",
            "net",
            "vat",
            "prepaid",
            "amount_due",
            "payment_terms",
            "payment_reference",
            "order_reference",
            "contract_reference",
            "preceding",
            "delivered_on",
            "note",
            "is_financed",
            "financier_id",
            "contract_kind",
            "part_of",
            "reminders",
            "channel",
            "imported_level",
            "imported_notice_on",
        )
    ) | frozenset(
        f"{role}_{name}" for role in ("debtor", "creditor", "payee") for name in _PARTY_FIELDS
    )
    required: ClassVar[tuple[str, ...]] = (
        "number", "issued_on", "amount", "currency", "debtor_id", "creditor_id",
    )  # fmt: skip

    payment_days: Days | None = None
    credit_note_words: list[str] = Field(default_factory=lambda: ["credit_note", "credit note"])
    invoice_words: list[str] = Field(default_factory=lambda: ["", "invoice"])


class CsvPaymentMapping(CsvMapping):
    """How a CSV file of payments is written; one row is one movement.

    Attributes:
        negative: What an amount below zero means: ``refuse`` reports it, ``skip`` passes over
            money that went out, ``return`` reads it as an earlier payment taken back.
        complete_until: Last day for which the file is known to be whole: a date,
            ``latest-payment`` for the latest day in the file, or ``None`` where it cannot tell.
    """

    fields: ClassVar[frozenset[str]] = frozenset(
        (
            "id",
            "received_on",
            "amount",
            "currency",
            "kind",
            "payer_name",
            "payer_iban",
            "reference",
            "structured_reference",
            "end_to_end_id",
            "account_iban",
            "returns",
            "rate",
            "rate_currency",
            "rate_source",
            "rate_on",
        )
    )
    required: ClassVar[tuple[str, ...]] = ("received_on", "amount", "currency")

    negative: Literal["refuse", "skip", "return"] = "refuse"
    complete_until: date | Literal["latest-payment"] | None = None


class CsvSanctionMapping(CsvMapping):
    """How a CSV file of sanctioned companies is written; one row is one company.

    Attributes:
        complete_until: Day the list is of; ``None`` where it does not say.
    """

    fields: ClassVar[frozenset[str]] = frozenset(("registration", "name", "published_on", "source"))
    required: ClassVar[tuple[str, ...]] = ("registration", "published_on", "source")

    complete_until: date | None = None


class CsvScoreMapping(CsvMapping):
    """How a CSV file of an agency's payment scores is written; one row is one company."""

    fields: ClassVar[frozenset[str]] = frozenset(
        ("registration", "value", "worst", "best", "source", "dated_on", "valid_until")
    )
    required: ClassVar[tuple[str, ...]] = (
        *("registration", "value", "worst", "best"),
        *("source", "dated_on"),
    )


def _first_fault(exc: ValidationError, where: str) -> str:
    faults = exc.errors(include_url=False, include_input=False)
    place = ".".join(map(str, faults[0]["loc"]))
    text = faults[0]["msg"].removeprefix("Value error, ")
    others = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{where}: {f'{place}: ' if place else ''}{text}{others}"
