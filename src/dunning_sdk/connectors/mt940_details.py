"""Say who paid what for, from the free and the structured texts of an MT940 entry.

Decides which field of the statement each text of a payment comes from; taking the fields apart
is left to mt-940.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypedDict

from dunning_sdk.connectors.foreign_log import quiet
from dunning_sdk.connectors.mt940_tags import Tag
from dunning_sdk.connectors.statement import known_reference
from dunning_sdk.domain.party import is_iban
from dunning_sdk.errors import ConfigError


class PaymentTexts(TypedDict):
    """The texts of a payment, by the names of its fields."""

    payer_name: str
    payer_iban: str
    reference: str
    end_to_end_id: str
    returns: str


_IBAN_FIELDS: Final = ("applicant_iban", "gvc_applicant_iban")
_PURPOSE_FIELDS: Final = ("purpose", "additional_purpose")
# SWIFT MT940, field 61: 16x for the customer's and 16x for the bank's reference; mt-940 takes 23.
_CUSTOMER_LENGTH: Final = 16
_BANK_LENGTH: Final = 23
_FREE_FIELDS: Final = ("transaction_details", "non_swift_text", "extra_details")


def library_fields(
    parts: Mapping[str, str | None], explanations: Sequence[Tag]
) -> Mapping[str, Any] | None:
    """Return what mt-940 reads from one entry, or ``None`` where it cannot.

    Args:
        parts: ``day``, ``mark``, ``amount``, ``type`` and ``rest`` of a :61: that has the right
            form. The library gets them in the one form it never fails on, because it logs the
            text of what it cannot read.
        explanations: The tags that stand behind the :61:.

    Raises:
        ConfigError: mt-940 is not installed.
    """
    try:
        from mt940 import Options
        from mt940.models import Transactions
    except ImportError as exc:
        raise ConfigError(
            "MT940 files need mt-940, which is not installed",
            hint='Run: pip install "dunning-sdk[bank]"',
        ) from exc
    reference, *supplements = str(parts["rest"] or "").split("\n")
    customer, mark, bank = reference.partition("//")
    too_long = customer[_CUSTOMER_LENGTH:] + bank[_BANK_LENGTH:]
    head = "".join(str(parts[name]) for name in ("day", "mark", "amount", "type"))
    entry = f":61:{head}{customer[:_CUSTOMER_LENGTH]}{mark}{bank[:_BANK_LENGTH]}"
    block = [entry, " ".join((too_long, *supplements))]
    block += [f":{tag.name}:{tag.text}" for tag in explanations]
    try:
        with quiet("mt940"):
            # Its function parse() would open a file where the text is the name of one.
            found = Transactions(options=Options.all()).parse("\n".join(block))
    # The library raises built-in errors of many kinds for text it does not expect.
    except Exception:
        return None
    return found[0].data if len(found) == 1 else None


def payment_texts(details: Mapping[str, Any], *, is_return: bool) -> PaymentTexts:
    """Return the texts of one entry.

    Args:
        details: Fields as mt-940 names them: from :61: and from the sub-fields ``?00`` to
            ``?63`` and the SEPA words (EREF, KREF, SVWZ, ABWA, …) of a structured :86:.
        is_return: Whether the entry takes an earlier payment back.
    """
    end_to_end_id = known_reference(_text(details, "end_to_end_reference"))
    ibans = ("".join(_text(details, field).split()).upper() for field in _IBAN_FIELDS)
    payer = _text(details, "applicant_name")
    other_payer = _text(details, "deviate_applicant")
    told = [text for field in _PURPOSE_FIELDS if (text := _text(details, field))]
    if not told:
        told = [text for field in _FREE_FIELDS if (text := _text(details, field))][:1]
    # Who the money is really from, where another one sent it.
    told += [other_payer] if payer and other_payer else []
    undone = (_text(details, field) for field in ("customer_reference", "bank_reference"))
    references = (end_to_end_id, *map(known_reference, undone))
    return PaymentTexts(
        payer_name=payer or other_payer,
        payer_iban=next((iban for iban in ibans if is_iban(iban)), ""),
        reference=" ".join(told),
        end_to_end_id=end_to_end_id,
        returns=next((text for text in references if text), "") if is_return else "",
    )


def _text(details: Mapping[str, Any], field: str) -> str:
    return " ".join(str(details.get(field) or "").split())
