"""Bring invoices in from a CSV file.

Decides how the cells of a row make an invoice: totals that are not declared follow from those
that are, and a document without a VAT column counts as free of VAT, since only what is owed
matters for asking for it. Whether to ask is left to rule books.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from dunning_sdk.connectors.csv_mapping import CsvInvoiceMapping
from dunning_sdk.connectors.csv_reader import Table, read_csv
from dunning_sdk.connectors.csv_row import Row, pairs_in, rows_of, words_in
from dunning_sdk.connectors.interface import Batch, InvoiceSource, SourcedInvoice
from dunning_sdk.connectors.local_file import read_bytes
from dunning_sdk.domain.financing import ContractKind
from dunning_sdk.domain.invoice import Invoice, InvoiceKind, problems_of
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, BankAccount, Contact, Party
from dunning_sdk.errors import InputError

_CONNECTOR: Final = "csv-invoices"
_LEVEL_MAX: Final = 99
_DAYS_MAX: Final = 3650


@dataclass(frozen=True, slots=True)
class CsvInvoiceSource(InvoiceSource):
    """Invoices and credit notes, one per row of a CSV file.

    Attributes:
        path: The file.
        mapping: How it is written.
    """

    path: Path
    mapping: CsvInvoiceMapping

    def fetch(self) -> Batch[SourcedInvoice]:
        """Return every sound document, and one problem per row that is none.

        Of two rows with one number and creditor the first stands and the second is a problem.

        Raises:
            ConnectorError: The file cannot be read.
            ConfigError: A declared column is not in the file.
        """
        content = read_bytes(self.path, connector=_CONNECTOR)
        return read_invoices(content, self.mapping, source=self.path.name)


def read_invoices(
    content: bytes, mapping: CsvInvoiceMapping, *, source: str
) -> Batch[SourcedInvoice]:
    """Return the documents in the content of a CSV file.

    Args:
        content: The file.
        mapping: How it is written.
        source: Its label, for messages.

    Raises:
        ConfigError: A declared column is not in the header.
    """
    table = read_csv(content, mapping, source=source)
    records: list[SourcedInvoice] = []
    problems = list(table.problems)
    for outcome in _outcomes(table, mapping):
        if isinstance(outcome, InputError):
            problems.append(outcome)
        else:
            records.append(outcome)
    problems.sort(key=lambda problem: problem.line or 0)
    return Batch(records=tuple(records), problems=tuple(problems))


def _outcomes(table: Table, mapping: CsvInvoiceMapping) -> Iterator[SourcedInvoice | InputError]:
    first_lines: dict[tuple[str, str], int] = {}
    for row in rows_of(table, mapping):
        try:
            sourced = _to_domain(row, mapping)
        except InputError as problem:
            yield problem
            continue
        key = (sourced.invoice.creditor.id, sourced.invoice.number)
        first_line = first_lines.setdefault(key, row.raw.line)
        if first_line != row.raw.line:
            hint = "Remove one of them, or correct its number"
            yield row.fault("number", f"stands on line {first_line} already", hint)
        else:
            yield sourced


def _to_domain(row: Row, mapping: CsvInvoiceMapping) -> SourcedInvoice:
    invoice = _invoice(row, mapping)
    for problem in problems_of(invoice)[:1]:
        field = "amount" if problem.field == "gross_total" else problem.field
        text, _, hint = problem.text.partition("; ")
        raise row.fault(field, text, hint[:1].upper() + hint[1:])
    return SourcedInvoice(
        invoice=invoice,
        origin=f"{row.source}:{row.raw.line}",
        reminders=row.flag("reminders"),
        channel=row.text("channel"),
        imported_level=row.number("imported_level", largest=_LEVEL_MAX) or 0,
        imported_notice_on=row.day("imported_notice_on"),
        financier_id=_financier(row),
        contract_kind=_contract_kind(row),
        part_of=row.text("part_of"),
    )


def _invoice(row: Row, mapping: CsvInvoiceMapping) -> Invoice:
    currency = row.currency()
    issued_on = row.day("issued_on")
    if issued_on is None:
        raise row.fault("issued_on", "is empty", "Fill it in")
    payee = _party(row, "payee") if row.text("payee_id") else None
    collector = payee or _party(row, "creditor")
    draft = Invoice(
        number=row.needed("number"),
        kind=_kind(row, mapping),
        issued_on=issued_on,
        due_on=_due_on(row, mapping, issued_on=issued_on),
        creditor=_party(row, "creditor"),
        debtor=_party(row, "debtor"),
        payee=payee,
        accounts=collector.accounts,
        net_total=Money(0, currency),
        vat_total=Money(0, currency),
        gross_total=Money(0, currency),
        amount_due=Money(0, currency),
        payment_terms=row.text("payment_terms"),
        payment_reference=row.text("payment_reference"),
        order_reference=row.text("order_reference"),
        contract_reference=row.text("contract_reference"),
        preceding=row.text("preceding"),
        delivered_on=row.day("delivered_on"),
        note=row.text("note"),
    )
    return _with_totals(row, draft)


def _with_totals(row: Row, draft: Invoice) -> Invoice:
    gross = row.money("amount", draft.currency)
    if gross is None:
        raise row.fault("amount", "is empty", "Fill it in")
    if gross.minor < 0:
        hint = "Send a credit note: write the amount without sign and declare a column for 'kind'"
        raise row.fault("amount", "is negative", hint)
    net = row.money("net", draft.currency)
    vat = row.money("vat", draft.currency)
    if net is None:
        net = gross if vat is None else gross - vat
    prepaid = row.money("prepaid", draft.currency)
    due = row.money("amount_due", draft.currency)
    if due is None:
        due = gross if prepaid is None else gross - prepaid
    return replace(
        draft,
        net_total=net,
        vat_total=gross - net if vat is None else vat,
        gross_total=gross,
        prepaid=prepaid,
        amount_due=due,
    )


def _kind(row: Row, mapping: CsvInvoiceMapping) -> InvoiceKind:
    word = row.text("kind").casefold()
    if word in (known.casefold() for known in mapping.credit_note_words):
        return InvoiceKind.CREDIT_NOTE
    if word and word not in (known.casefold() for known in mapping.invoice_words):
        hint = "Declare the word in 'invoice_words' or 'credit_note_words'"
        raise row.fault("kind", "is neither an invoice nor a credit note", hint)
    return InvoiceKind.INVOICE


def _due_on(row: Row, mapping: CsvInvoiceMapping, *, issued_on: date) -> date | None:
    stated = row.day("due_on")
    days = row.number("payment_days", largest=_DAYS_MAX)
    days = mapping.payment_days if days is None else days
    if stated is not None or days is None:
        return stated
    try:
        return issued_on + timedelta(days=days)
    except OverflowError:
        raise row.fault("issued_on", "is too late to count days from", "Correct it") from None


def _party(row: Row, role: str) -> Party:
    party_id = row.needed(f"{role}_id")
    country = row.letters(f"{role}_country", what="an ISO 3166-1 country code")
    email, phone = row.email(f"{role}_email"), row.text(f"{role}_phone")
    person = row.text(f"{role}_contact")
    iban = row.iban(f"{role}_iban")
    is_company = row.flag(f"{role}_is_company")
    lines = (row.text(f"{role}_street"), row.text(f"{role}_street_2"))
    address = Address(
        lines=tuple(line for line in lines if line),
        postal_code=row.text(f"{role}_postal_code"),
        city=row.text(f"{role}_city"),
        country=country,
    )
    handles = pairs_in(row, f"{role}_handles")
    contact = Contact(
        name=person,
        email=email,
        phone=phone,
        handles=handles,
        opted_in=words_in(row, f"{role}_opted_in"),
        opted_out=words_in(row, f"{role}_opted_out"),
    )
    account = BankAccount(iban=iban, bic=row.text(f"{role}_bic").upper())
    return Party(
        id=party_id,
        name=row.text(f"{role}_name") if row.declares(f"{role}_name") else party_id,
        country=country,
        registration=row.text(f"{role}_registration"),
        vat_id=row.text(f"{role}_vat_id"),
        address=address,
        contacts=(contact,) if contact != Contact() else (),
        accounts=(account,) if iban else (),
        language=row.letters(f"{role}_language", what="an ISO 639-1 language code").lower(),
        is_company=is_company is not False,
    )


def _financier(row: Row) -> str:
    """Return who financed the document: the flag decides where there is one."""
    financier_id = row.text("financier_id")
    is_financed = row.flag("is_financed")
    if is_financed and not financier_id:
        hint = "Give 'financier_id' a column or a constant"
        raise row.fault("is_financed", "names no financier", hint)
    return "" if is_financed is False else financier_id


def _contract_kind(row: Row) -> str:
    word = row.text("contract_kind").casefold().replace(" ", "_").replace("-", "_")
    if word and word not in {kind.value for kind in ContractKind}:
        hint = f"Use one of {', '.join(kind.value for kind in ContractKind)}"
        raise row.fault("contract_kind", "is not a kind of contract", hint)
    return word
