"""What Hokodo's webhooks tell: that something changed, and nothing one may believe.

Hokodo signs nothing; at most it sends a text of your choice in the header ``Authorization``, which
is compared where you have given it one. What became of an order is asked of Hokodo, compared with
what was known, and acted on once, whatever the order of deliveries.
"""

import hmac
import json
from collections.abc import Callable, Sequence
from typing import Final

from dunning_sdk.connectors.webhook import Delivery, follow_hint
from dunning_sdk.errors import ConnectorAuthError, ConnectorInvalidError
from dunning_sdk.recording.financier_hint import FinancierNews as News
from dunning_sdk.recording.financier_hint import teller as teller

from dunning_hokodo.financier import HokodoFinancier
from dunning_hokodo.options import NAME

_LONGEST: Final = 64


def order_named(delivery: Delivery, *, texts: Sequence[str] = ()) -> str:
    """Return the order a delivery is about.

    Args:
        delivery: As it came.
        texts: Every text of the header ``Authorization`` that is agreed with Hokodo now, the
            newest first; none where none was agreed.

    Raises:
        ConnectorAuthError: A text is agreed, and the delivery has another.
        ConnectorInvalidError: It is no notification of Hokodo's.
    """
    given = delivery.header("authorization").encode()
    proved = [hmac.compare_digest(given, text.encode()) for text in texts]
    if texts and not any(proved):
        raise ConnectorAuthError(
            f"{NAME}: a webhook came without the text that is agreed",
            hint="It was not believed; check what Hokodo was told to send",
            connector=NAME,
        )
    try:
        id = json.loads(delivery.body)["data"]["order"]["id"]
    except (ValueError, KeyError, TypeError, RecursionError) as exc:
        raise _illegible() from exc
    if not (isinstance(id, str) and 0 < len(id) <= _LONGEST):
        raise _illegible()
    return id


def follow(
    delivery: Delivery,
    financier: HokodoFinancier,
    *,
    known: Callable[[str], News | None],
    act: Callable[[News], None],
    texts: Sequence[str] = (),
) -> bool:
    """Ask Hokodo after a delivery, and act on what is new.

    Where the financier captures, what the buyer has confirmed is captured first.

    Args:
        delivery: As it came.
        financier: Whom to ask.
        known: Takes an order's id; returns what was acted on last, or ``None``.
        act: Called with what Hokodo says now, where it is new.
        texts: As in `order_named`.

    Returns:
        Whether it was acted on.

    Raises:
        ConnectorAuthError: A text is agreed, and the delivery has another.
        ConnectorInvalidError: It is no notification of Hokodo's.
        ConnectorError: Hokodo could not be asked; answer the delivery with an error, so that it
            comes again.
    """
    order = order_named(delivery, texts=texts)
    return follow_hint(lambda: _news(financier, order), known=known(order), act=act)


def _news(financier: HokodoFinancier, id: str) -> News | None:
    order = financier.order(id)
    if order is None:
        return None
    payment = order.payment
    if payment is not None and financier.captures:
        payment = financier.capture(id)
    if payment is None:
        return News(reference=id, happened="submitted")
    happened = payment.happened
    reason = payment.status if happened in ("financier-refused", "voided") else ""
    return News(reference=id, happened=happened, reason=reason)


def _illegible() -> ConnectorInvalidError:
    return ConnectorInvalidError(
        f"{NAME}: a webhook came that is no notification",
        hint="Nothing was done; check who sends it",
        connector=NAME,
        fields={"id": "is missing"},
    )
