"""The page where a debtor pays one receivable online, as far as one was made for it.

Decides when such a page is shown: as long as it asks for exactly what is asked for. A part payment,
a dispute or a credit note makes it ask for too much, and then the address in the configuration
takes its place, or none. Making the page is a payment service's; a plugin or a person records it.
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.errors import DomainError
from dunning_sdk.records.entry import Record, check_currency, receivable_of, value_of
from dunning_sdk.store.interface import Session

KEPT: Final = "payment-link"
_LONGEST: Final = 2_000


def record_payment_link(session: Session, entry: Record) -> str:
    """Keep the page where a receivable is paid; a later one takes its place.

    Raises:
        DomainError: It is no address of a protected page, or is in another currency.
    """
    state = receivable_of(session, entry)
    link = str(value_of(entry, "link"))
    if not is_protected_page(link):
        message = f"Recording payment-link for {state.id}: link is no https address"
        raise DomainError(message, hint="Give the whole address, as in link=https://pay.example/x.")
    amount: Money = entry.values.get("amount") or state.open_amount
    check_currency(amount, state)
    kept: dict[str, JsonValue] = {"link": link, "amount_minor": amount.minor}
    session.put_record(KEPT, state.id, kept, owner=state.debtor_id)
    return f"{state.id} is paid online at a page that asks for {amount}"


def is_protected_page(link: str) -> bool:
    """Tell whether a text is the address of a page that is called by https.

    >>> is_protected_page("https://pay.example/r/8f2c"), is_protected_page("pay.example/r/8f2c")
    (True, False)
    """
    if len(link) > _LONGEST or not link.isprintable() or " " in link:
        return False
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not parts.username


def page_for(session: Session, receivable_id: str, amount: Money) -> str:
    """Return the page that asks for an amount of a receivable; empty where there is none."""
    kept = session.record(KEPT, receivable_id)
    return str(kept["link"]) if kept and kept["amount_minor"] == amount.minor else ""


def link_in_notice(
    session: Session, asked: Sequence[tuple[Receivable, Money]], *, pattern: str
) -> str:
    """Return where the addressee of a notice pays online; empty where there is no such page.

    Args:
        session: Open.
        asked: What the notice is about, and how much of each it asks for; not empty.
        pattern: Address in the configuration, with ``{invoice}``; empty for none.
    """
    lead, amount = asked[0]
    page = page_for(session, lead.id, amount) if len(asked) == 1 else ""
    return page or pattern.replace("{invoice}", lead.invoice_number)
