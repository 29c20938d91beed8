"""Number invoices and credit notes and write them to a folder as Factur-X.

Decides the number (a running sequence per series, without a gap), the file names, and that one
key always means one document. What stands in a document is decided before; how it is written,
in ``facturx_write``.

In the folder: ``F2026-0001.pdf`` (Factur-X), ``F2026-0001.xml`` (the same data alone), and the
ledger of the numbers taken, without which no number is given.
"""

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from dunning_sdk.connectors.facturx_write import require_extras, write_facturx
from dunning_sdk.connectors.interface import InvoiceSink, IssuedDocument
from dunning_sdk.connectors.number_ledger import Entry, NumberLedger
from dunning_sdk.domain.invoice import Invoice, InvoiceKind
from dunning_sdk.errors import ConfigError, ConnectorError, ConnectorInvalidError

_CONNECTOR: Final = "invoice-folder"
_MEDIA_TYPE: Final = "application/pdf"
_SERIES: Final = re.compile(r"[A-Za-z0-9._-]*")
_YEAR: Final = "{year}"


class InvoiceFolder(InvoiceSink):
    """A folder that issues documents.

    Source:
        Numbering: directive 2006/112/EC, art. 226(2) (a sequential number, one or more
        series, that identifies the invoice).
    """

    def __init__(
        self,
        folder: Path,
        *,
        invoice_series: str = "F{year}-",
        credit_note_series: str = "A{year}-",
        language: str = "",
    ) -> None:
        """Check the settings; the folder is made when it is first written to.

        Args:
            folder: Where documents and ledger lie.
            invoice_series: Text before the running part of an invoice's number; ``{year}``
                stands for the year of issue.
            credit_note_series: The same for credit notes; another text than for invoices.
            language: ``fr``, ``en`` or ``de``, of the pages; empty for each debtor's own.

        Raises:
            ConfigError: A series cannot be part of a file name, both are the same, or an
                extra is not installed.
        """
        for series in (invoice_series, credit_note_series):
            if not _SERIES.fullmatch(series.replace(_YEAR, "")):
                raise ConfigError(
                    f"The series {series!r} cannot be part of a file name",
                    hint="Use letters, digits, points, hyphens, underscores and {year}",
                )
        if invoice_series == credit_note_series:
            raise ConfigError(
                "Invoices and credit notes have one series", hint="Give them two different ones"
            )
        require_extras()
        self._folder = folder
        self._series = {
            InvoiceKind.INVOICE: invoice_series,
            InvoiceKind.CREDIT_NOTE: credit_note_series,
        }
        self._language = language
        self._ledger = NumberLedger(folder)

    def issue(self, draft: Invoice, *, key: str) -> IssuedDocument:
        """Number and write one document; the same key returns the same document again.

        A number is taken only once both files are whole on the disk. So a failure leaves no
        gap, and files of a run that was cut short are written anew under the same number.

        Args:
            draft: Without a number.
            key: Idempotency key, such as an act's id.

        Raises:
            ConnectorInvalidError: The document has a number, or is not sound; nothing issued.
            ConnectorError: The disk failed, and nothing was issued; or a document that was
                issued under this key is gone or altered.
        """
        if draft.number:
            raise ConnectorInvalidError(
                f"Document {draft.number!r} has a number already",
                hint="Give it as a draft, without one",
                connector=_CONNECTOR,
            )
        with self._disk():
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._ledger.held():
                entry = self._ledger.find(key)
                return self._issue_new(draft, key) if entry is None else self._read_back(entry)

    def _issue_new(self, draft: Invoice, key: str) -> IssuedDocument:
        series = self._series[draft.kind].replace(_YEAR, str(draft.issued_on.year))
        running = self._ledger.next_running(series)
        number = f"{series}{running:04d}"
        written = write_facturx(replace(draft, number=number), language=self._language)
        self._put(f"{number}.xml", written.xml)
        self._put(f"{number}.pdf", written.pdf)
        digest = hashlib.sha256(written.pdf).hexdigest()
        self._ledger.take(
            Entry(key=key, series=series, running=running, number=number, sha256=digest)
        )
        return _document(number, written.pdf)

    def _read_back(self, entry: Entry) -> IssuedDocument:
        try:
            content = (self._folder / f"{entry.number}.pdf").read_bytes()
        except FileNotFoundError:
            content = b""
        if hashlib.sha256(content).hexdigest() != entry.sha256:
            raise ConnectorError(
                f"{entry.number}.pdf is gone from the invoice folder, or was altered",
                hint="Restore it from a backup; an issued document is never made again",
                connector=_CONNECTOR,
            )
        return _document(entry.number, content)

    def _put(self, name: str, content: bytes) -> None:
        """Write a file whole or not at all; the ledger is held, so nobody else writes it."""
        path = self._folder / name
        part = self._folder / f".{name}.part"
        try:
            with part.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink()
            raise

    @contextlib.contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as exc:
            raise ConnectorError(
                f"The invoice folder {self._folder} cannot be used: {exc.strerror}",
                hint="Check its rights and free space, then run again; no number was taken",
                connector=_CONNECTOR,
                retryable=True,
            ) from exc


def _document(number: str, content: bytes) -> IssuedDocument:
    return IssuedDocument(
        number=number, reference=f"{number}.pdf", content=content, media_type=_MEDIA_TYPE
    )
