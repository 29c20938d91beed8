"""Take the invoice out of a Factur-X or ZUGFeRD PDF.

Decides which attachment is the invoice (by factur-x); reading it is left to `cii`.
"""

from typing import Final

from dunning_sdk.connectors.foreign_log import quiet
from dunning_sdk.errors import ConfigError, InputError

PDF_START: Final = b"%PDF-"


def extract_xml(content: bytes, *, source: str) -> bytes:
    """Return the XML invoice attached to a PDF, of any profile from MINIMUM to EXTENDED.

    Args:
        content: The PDF.
        source: Its label, for messages.

    Raises:
        InputError: The PDF is damaged, or holds no invoice.
        ConfigError: factur-x is not installed.
    """
    try:
        from facturx import get_facturx_xml_from_pdf
    except ImportError as exc:
        raise ConfigError(
            "Factur-X files need factur-x, which is not installed",
            hint='Run: pip install "dunning-sdk[einvoice]"',
        ) from exc
    try:
        with quiet("factur-x", "pypdf"):
            # The schema is not asked: it would skip an attachment without saying why.
            name, xml = get_facturx_xml_from_pdf(content, check_xsd=False)
    # A damaged PDF makes pypdf raise almost any built-in error.
    except Exception as exc:
        hint = "Open it in a reader; ask the sender for it again"
        raise InputError("is not a PDF that can be read", hint=hint, source=source) from exc
    if not name or not isinstance(xml, bytes):
        hint = "Ask the sender for a Factur-X or ZUGFeRD file, or for the XML"
        raise InputError("holds no Factur-X invoice", hint=hint, source=source)
    return xml
