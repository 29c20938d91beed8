"""Read the e-invoices Finom exported: Factur-X, ZUGFeRD and XRechnung, in CII or UBL.

Decides which of them are ours and which are the same document exported twice; reading one file is
left to the package's own readers. Documents of others, as an export of expenses has them, are
passed over and counted.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from dunning_sdk.connectors.einvoice_files import read_einvoice
from dunning_sdk.connectors.interface import Batch, InvoiceSource, SourcedInvoice
from dunning_sdk.domain.invoice import Invoice
from dunning_sdk.domain.party import Party
from dunning_sdk.errors import InputError

from dunning_finom.exports import exports
from dunning_finom.options import NAME

_SAME: Final = ("issued_on", "due_on", "gross_total", "amount_due")
_PDF: Final = "application/pdf"


class FinomInvoices(InvoiceSource):
    """Invoices and credit notes, one per file.

    Args:
        path: Folder or one file.
        pattern: Which files of the folder.
        creditor: Whose invoices are read.
    """

    def __init__(self, path: Path, pattern: str = "**/*", *, creditor: Party) -> None:
        self._path = path
        self._pattern = pattern
        self._creditor = creditor

    def fetch(self) -> Batch[SourcedInvoice]:
        """Return each of our documents once; a file that is none is a problem.

        Raises:
            ConnectorError: The file or folder cannot be opened.
            ConfigError: lxml or factur-x is not installed.
        """
        found: list[SourcedInvoice] = []
        problems: list[InputError] = []
        for label, content in exports(self._path, self._pattern, problems):
            try:
                found.append(read_einvoice(content, source=label))
            except InputError as problem:
                problems.append(problem)
        ours = [one for one in found if is_same_party(one.invoice.creditor, self._creditor)]
        return Batch(
            records=tuple(_once(ours, problems)),
            problems=tuple(problems),
            remarks=_passed_over(len(found) - len(ours)),
        )


def is_same_party(stated: Party, known: Party) -> bool:
    """Tell whether two parties are one: by VAT id, else by company number, else by name.

    A SIRET is the company of its SIREN.

    >>> lumen = Party(id="C-1", name="Atelier Lumen", registration="732829320")
    >>> is_same_party(Party(id="x", name="LUMEN SARL", registration="73282932000074"), lumen)
    True
    >>> is_same_party(Party(id="x", name="Atelier Lumen", registration="552100554"), lumen)
    False
    """
    for one, other in ((stated.vat_id, known.vat_id), (stated.registration, known.registration)):
        short, long = sorted((_plain(one), _plain(other)), key=len)
        if short:
            return long == short or (short.isdigit() and len(short) == 9 and long[:9] == short)
    return _plain(stated.name) == _plain(known.name)


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def _once(found: Iterable[SourcedInvoice], problems: list[InputError]) -> list[SourcedInvoice]:
    """Return one record for each number: the PDF where there is one; none where they differ."""
    kept: dict[tuple[object, str], SourcedInvoice] = {}
    refused: set[tuple[object, str]] = set()
    for one in found:
        key = (one.invoice.kind, one.invoice.number)
        known = kept.setdefault(key, one)
        if known is one:
            continue
        if differing := _differing(known.invoice, one.invoice):
            refused.add(key)
            problems.append(_contradiction(one, known, differing))
        elif one.media_type == _PDF and known.media_type != _PDF:
            kept[key] = one
    return [one for key, one in kept.items() if key not in refused]


def _differing(one: Invoice, other: Invoice) -> str:
    """Return the first field in which two exports of a number differ; empty where none does."""
    names = (name for name in _SAME if getattr(one, name) != getattr(other, name))
    debtor = "" if is_same_party(one.debtor, other.debtor) else "debtor"
    return next(names, debtor)


def _contradiction(one: SourcedInvoice, known: SourcedInvoice, field: str) -> InputError:
    return InputError(
        f"has the number of {known.origin} and differs from it; neither is taken",
        hint="Remove the one that is out of date, and pull again",
        source=one.origin,
        field=field,
    )


def _passed_over(count: int) -> tuple[InputError, ...]:
    if not count:
        return ()
    return (
        InputError(
            f"is another than [parties.creditor] in {count} documents, which are passed over",
            hint="Keep expenses out of the folder, or correct [parties.creditor]",
            source=NAME,
            field="creditor",
        ),
    )
