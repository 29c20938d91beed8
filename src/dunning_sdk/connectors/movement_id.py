"""Recognize a movement when the same statement is read again.

Decides what makes two movements the same where the source gives none of them an id.
"""

import hashlib
import json
from collections import Counter
from typing import Final

from dunning_sdk.domain.payment import Payment

_LENGTH: Final = 32


def movement_id(prefix: str, payment: Payment, *, alike: Counter[str], extra: str = "") -> str:
    """Return an id that depends on nothing but the movement.

    Args:
        prefix: Kind of source, such as ``csv``; the id begins with it.
        payment: The movement; its ``id`` does not count.
        alike: How many equal movements this statement had so far; counted on by this call, so
            that two equal payments of one day stay two.
        extra: What else tells movements of the source apart, such as the bank's reference.

    Source:
        House rule: SHA-256 over every field, cut to 128 bits.
    """
    fields = [
        payment.received_on.isoformat(),
        str(payment.amount.minor),
        payment.amount.currency,
        payment.kind.value,
        payment.payer_name,
        payment.payer_iban,
        payment.reference,
        payment.structured_reference,
        payment.end_to_end_id,
        payment.account_iban,
        payment.returns,
        extra,
    ]
    base = json.dumps(fields, ensure_ascii=True)
    alike[base] += 1
    occurrence = alike[base]
    digest = hashlib.sha256(f"{base}#{occurrence}".encode()).hexdigest()
    return f"{prefix}-{digest[:_LENGTH]}"
