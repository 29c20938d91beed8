"""Whose address a message came from, where it names no notice.

A message is a debtor's where his is the one address of its kind among those who still owe; one
that several share, or nobody has, is nobody's.
"""

from dunning_sdk.domain.party import Contact, Party
from dunning_sdk.domain.reach import address_of, e164
from dunning_sdk.records.codec import from_json
from dunning_sdk.store.interface import Session


def debtor_at(session: Session, channel: str, sender: str) -> str:
    """Return the one debtor with open receivables who has an address; empty for none or several.

    Args:
        session: Open transaction.
        channel: By which the message came.
        sender: Its address, as the channel writes it.
    """
    ids = sorted(
        {
            row.receivable.debtor_id
            for row in session.receivables()
            if row.receivable.open_amount.minor
        }
    )
    wanted = _plain(sender)
    found = [
        key
        for key, data in session.records("party", ids).items()
        if wanted and _is_at(from_json(Party, data), channel, wanted)
    ]
    return found[0] if len(found) == 1 else ""


def _is_at(party: Party, channel: str, wanted: str) -> bool:
    reaches = (address_of(party, channel, contact) for contact in party.contacts or (Contact(),))
    return any(_plain(reach.value) == wanted for reach in reaches if reach is not None)


def _plain(address: str) -> str:
    return e164(address) or address.strip().casefold()
