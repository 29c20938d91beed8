"""Make the PDF of an invoice or credit note: a page to read, with its data inside.

Decides how the page and the EN 16931 XML become one Factur-X file (PDF/A-3). What the XML and
the page say is decided in ``cii_write`` and ``invoice_page``. Needs the extras ``einvoice`` and
``letters``; their libraries are loaded on use.
"""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from dunning_sdk.connectors.extra import require_extra
from dunning_sdk.connectors.foreign_log import quiet
from dunning_sdk.connectors.invoice_page import page_of
from dunning_sdk.connectors.invoice_words import LABELS
from dunning_sdk.domain.invoice import Invoice
from dunning_sdk.errors import ConnectorError, ConnectorInvalidError

_TEMPLATE: Final = "templates/invoice.typ"
_PDF_STANDARD: Final = "a-3b"
_LEVEL: Final = "en16931"
# Data and page say the same; the one relationship allowed in France and in Germany.
_RELATIONSHIP: Final = "alternative"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenInvoice:
    """Both forms of one document.

    Attributes:
        pdf: Factur-X file: PDF/A-3b with ``xml`` attached as ``factur-x.xml``.
        xml: EN 16931 CII.
    """

    pdf: bytes
    xml: bytes


def require_extras() -> None:
    """Refuse to go on where a library is missing.

    Raises:
        ConfigError: Names the extra to install.
    """
    require_extra("einvoice", "facturx", "lxml", purpose="Factur-X invoices")
    require_extra("letters", "typst", purpose="PDF invoices")


def write_facturx(invoice: Invoice, *, language: str = "") -> WrittenInvoice:
    """Return a numbered document as Factur-X, profile EN 16931.

    Args:
        invoice: Numbered, with lines and VAT breakdown.
        language: ``fr``, ``en`` or ``de``, of the page; empty for the debtor's, and English where
            that is neither.

    Raises:
        ConfigError: An extra is not installed.
        ConnectorInvalidError: The document cannot be written; says which field is at fault.
        ConnectorError: The disk for temporary files failed.

    Source:
        Factur-X 1.0 (FNFE-MPE, FeRD), ISO 19005-3 (PDF/A-3).
    """
    require_extras()
    from dunning_sdk.connectors.cii_write import cii_xml

    wanted = (language or invoice.debtor.language)[:2].lower()
    spoken = wanted if wanted in LABELS else "en"
    xml = cii_xml(invoice)
    page = _page(invoice, spoken)
    return WrittenInvoice(pdf=_joined(page, xml, invoice, spoken), xml=xml)


def _page(invoice: Invoice, language: str) -> bytes:
    import typst

    data = json.dumps(page_of(invoice, language=language), ensure_ascii=False)
    template = files("dunning_sdk.connectors").joinpath(_TEMPLATE).read_bytes()
    compiler = typst.Compiler(template, ignore_system_fonts=True, sys_inputs={"data": data})
    try:
        pdf = compiler.compile(format="pdf", pdf_standards=[_PDF_STANDARD])
    except typst.TypstError as exc:
        raise ConnectorInvalidError(
            f"Invoice {invoice.number!r} cannot be set as a page: {exc.message}",
            hint="Look for characters that no font has in its names and notes",
            connector="facturx",
        ) from exc
    if not isinstance(pdf, bytes):
        raise ConnectorError("The typesetter returned no PDF", connector="facturx")
    return pdf


def _joined(page: bytes, xml: bytes, invoice: Invoice, language: str) -> bytes:
    import facturx

    title = f"{invoice.creditor.name} – {invoice.number}"
    metadata = {"author": invoice.creditor.name, "title": title, "subject": invoice.number}
    try:
        with quiet("factur-x", "pypdf"):
            combined = facturx.generate_from_binary(
                page,
                xml,
                flavor="factur-x",
                level=_LEVEL,
                check_xsd=True,
                check_schematron=False,  # without a server, the library checks nothing by it
                pdf_metadata={**metadata, "keywords": "Factur-X"},
                lang=language,
                afrelationship=_RELATIONSHIP,
                xmp_compression=False,  # so that an archive can read the metadata as it is
            )
    except OSError as exc:  # the library goes by a temporary file
        raise ConnectorError(
            f"A temporary file cannot be written: {exc.strerror}",
            hint="Free space in the folder for temporary files, then run again",
            connector="facturx",
            retryable=True,
        ) from exc
    except Exception as exc:  # the library raises bare Exception for a failed schema check
        raise ConnectorInvalidError(
            f"Invoice {invoice.number!r} does not fit the schema of EN 16931",
            hint="Check that its quantities, prices and rates are plain numbers",
            connector="facturx",
        ) from exc
    return bytes(combined)
