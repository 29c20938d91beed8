"""Bring electronic invoices in from files: CII, UBL and Factur-X, told apart by their content.

Decides which reader a file gets. A file that is none of them is a problem of the batch, and the
others stand.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dunning_sdk.connectors.cii import CII_NAMESPACE, read_cii
from dunning_sdk.connectors.facturx_pdf import PDF_START, extract_xml
from dunning_sdk.connectors.interface import Batch, InvoiceSource, SourcedInvoice
from dunning_sdk.connectors.local_file import read_each
from dunning_sdk.connectors.ubl import UBL_NAMESPACES, read_ubl
from dunning_sdk.connectors.xml_safe import parse_xml
from dunning_sdk.domain.invoice import Invoice
from dunning_sdk.errors import InputError

_CONNECTOR: Final = "einvoice-files"
_PDF_HEAD_MAX: Final = 1024


@dataclass(frozen=True, slots=True)
class EInvoiceSource(InvoiceSource):
    """Invoices and credit notes, one per file.

    Attributes:
        path: One file, or a folder.
        pattern: Which files of the folder, as a glob; ``**/*`` goes into folders below.
    """

    path: Path
    pattern: str = "*"

    def fetch(self) -> Batch[SourcedInvoice]:
        """Return every sound document, and one problem per file that is none.

        Documents are not compared with each other: whether a number was met before is
        judged where they are taken in, over all sources.

        Raises:
            ConnectorError: The file or folder cannot be opened.
            ConfigError: lxml or factur-x is not installed.
        """
        records: list[SourcedInvoice] = []
        problems: list[InputError] = []
        for label, content in read_each(self.path, self.pattern, connector=_CONNECTOR):
            try:
                if isinstance(content, InputError):
                    raise content
                records.append(read_einvoice(content, source=label))
            except InputError as problem:
                problems.append(problem)
        return Batch(records=tuple(records), problems=tuple(problems))


def read_einvoice(content: bytes, *, source: str) -> SourcedInvoice:
    """Return the document in the content of a file.

    Args:
        content: XML in CII or UBL, or a PDF that holds it.
        source: Label of the file.

    Raises:
        InputError: It is none of them, or not sound.
        ConfigError: lxml or factur-x is not installed.
    """
    is_pdf = PDF_START in content[:_PDF_HEAD_MAX]
    xml = extract_xml(content, source=source) if is_pdf else content
    return SourcedInvoice(
        invoice=_read_xml(xml, source=source),
        origin=source,
        content=content,
        media_type="application/pdf" if is_pdf else "application/xml",
    )


def _read_xml(content: bytes, *, source: str) -> Invoice:
    if not content.strip():
        raise InputError("is empty", hint="Export it again", source=source)
    root = parse_xml(content, source=source)
    if root.namespace == CII_NAMESPACE:
        return read_cii(root)
    if root.namespace in UBL_NAMESPACES:
        return read_ubl(root)
    hint = "Use CII (D16B), UBL 2.1 or a Factur-X PDF"
    raise root.fault("is not an electronic invoice of EN 16931", hint)
