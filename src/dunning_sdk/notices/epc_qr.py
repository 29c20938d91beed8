r"""Write a payment as the QR code European banking apps read.

Decides what the code says and refuses what the standard forbids. Whether a notice shows one is
decided in `message`, where it is placed by the layouts.

>>> from dunning_sdk.domain.money import Money
>>> from dunning_sdk.domain.party import BankAccount
>>> account = BankAccount(iban="FR7630006000011234567890189")
>>> payload = epc_payload("Atelier Lumen", account, Money(1250, "EUR"), reference="F-1")
>>> payload.splitlines()[5:]
['Atelier Lumen', 'FR7630006000011234567890189', 'EUR12.50', '', '', 'F-1']

Source:
    EPC069-12, Quick Response Code: Guidelines to Enable Data Capture for the Initiation of a
    SEPA Credit Transfer, version 002.
"""

from __future__ import annotations

import io
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import BankAccount, is_iban
from dunning_sdk.errors import ConfigError, DomainError

if TYPE_CHECKING:
    import segno

AMOUNT_MAX: Final = Money(999_999_999_99, "EUR")
AMOUNT_MIN: Final = Money(1, "EUR")
NAME_CHARACTERS_MAX: Final = 70
TEXT_CHARACTERS_MAX: Final = 140

_PAYLOAD_BYTES_MAX: Final = 331
_QR_VERSION_MAX: Final = 13
_BIC: Final = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
_STRUCTURED: Final = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}")


def epc_payload(name: str, account: BankAccount, amount: Money, *, reference: str = "") -> str:
    """Return the text of the code: twelve lines, the empty last ones left out.

    Args:
        name: Who is paid, at most 70 characters.
        account: Where to.
        amount: 0.01 to 999,999,999.99 euros.
        reference: What the payer quotes. A creditor reference (ISO 11649, ``RF…``) with a
            correct check becomes the structured one, all else unstructured text of at most 140
            characters.

    Raises:
        DomainError: The standard forbids it; the values are not repeated.
    """
    compact = "".join(reference.split()).upper()
    structured = compact if is_creditor_reference(compact) else ""
    text = "" if structured else reference
    iban = "".join(account.iban.split()).upper()
    _refuse(_faults(name, account, amount, text))
    lines = ["BCD", "002", "1", "SCT", account.bic, name, iban, f"EUR{amount.major}"]
    payload = "\n".join([*lines, "", structured, text]).rstrip("\n")
    if len(payload.encode()) > _PAYLOAD_BYTES_MAX:
        _refuse([f"it holds more than {_PAYLOAD_BYTES_MAX} bytes"])
    return payload


def is_creditor_reference(text: str) -> bool:
    """Tell whether a text without blanks, in capitals, is a structured creditor reference.

    Source:
        ISO 11649; check digits by ISO/IEC 7064 MOD 97-10.
    """
    if not _STRUCTURED.fullmatch(text):
        return False
    digits = "".join(str(int(sign, 36)) for sign in text[4:] + text[:4])
    return int(digits) % 97 == 1


@lru_cache(maxsize=256)  # what is proposed again shows the same code
def qr_png(payload: str) -> bytes:
    """Return a code as a PNG image, 6 pixels a module with the quiet zone of 4 modules.

    Raises:
        ConfigError: The extra ``qr`` is not installed.
    """
    target = io.BytesIO()
    _code(payload).save(target, kind="png", scale=6, border=4)
    return target.getvalue()


def qr_svg(payload: str, *, light: str | None = None) -> str:
    """Return a code as an SVG image without a size of its own, for print.

    Args:
        payload: What it says.
        light: Color between the modules; ``None`` lets the ground through, which on a dark page
            could not be read.

    Raises:
        ConfigError: The extra ``qr`` is not installed.
    """
    target = io.BytesIO()
    _code(payload).save(target, kind="svg", border=4, omitsize=True, light=light)
    return target.getvalue().decode()


def _code(payload: str) -> segno.QRCode:
    try:
        import segno
    except ImportError as exc:
        raise ConfigError(
            "Payment QR codes cannot be made: segno is not installed",
            hint="Run: pip install 'dunning-sdk[qr]'",
        ) from exc
    code = segno.make_qr(payload.encode(), error="m", boost_error=False, mode="byte")
    if int(code.version) > _QR_VERSION_MAX:
        _refuse([f"its QR version is above {_QR_VERSION_MAX}"])
    return code


def _faults(name: str, account: BankAccount, amount: Money, text: str) -> list[str]:
    checks = (
        (amount.currency == "EUR", "the currency is not EUR"),
        (
            amount.currency != "EUR" or AMOUNT_MIN <= amount <= AMOUNT_MAX,
            "the amount is not between 0.01 and 999,999,999.99",
        ),
        (is_iban(account.iban), "the account is not an IBAN"),
        (not account.bic or _BIC.fullmatch(account.bic), "the BIC is none"),
        (bool(name), "the payee has no name"),
        (len(name) <= NAME_CHARACTERS_MAX, f"the name is longer than {NAME_CHARACTERS_MAX}"),
        (len(text) <= TEXT_CHARACTERS_MAX, f"the text is longer than {TEXT_CHARACTERS_MAX}"),
        (_is_one_line(name) and _is_one_line(text), "a field has a line break in it"),
    )
    return [fault for sound, fault in checks if not sound]


def _is_one_line(text: str) -> bool:
    return len(text.splitlines()) <= 1 and not text.endswith(("\n", "\r"))


def _refuse(faults: list[str]) -> None:
    if faults:
        raise DomainError(
            f"A payment QR code cannot say this: {'; '.join(faults)}",
            hint="Correct the payee's account or name, or leave the code out",
        )
