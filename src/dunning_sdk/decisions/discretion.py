"""May a finished message leave, by what the debtor was told of the assignment.

The last word before a channel is called, on the words as they will be read: whatever template,
plugin or name in the data they come from. Files are read by the caller, and given as text.
"""

from collections.abc import Iterable
from html import unescape
from typing import Final

from dunning_sdk.domain.notice import Message
from dunning_sdk.domain.party import Party

NAMES_ASSIGNEE: Final = "names-the-assignee"
LACKS_MENTION: Final = "lacks-the-mention"


def secrets_of(assignee: Party) -> tuple[str, ...]:
    """Return what gives an assignee away: names, numbers, accounts, mailboxes, telephones."""
    known = (
        assignee.name,
        assignee.registration,
        assignee.vat_id,
        *(account.iban for account in assignee.accounts),
        *(contact.email for contact in assignee.contacts),
        *(contact.phone for contact in assignee.contacts),
    )
    return tuple(dict.fromkeys(filter(None, known)))


def breach_of(
    message: Message, *, secrets: Iterable[str], mention: str, files: Iterable[str] = ()
) -> str:
    """Return what keeps a message from leaving; empty if nothing does.

    Args:
        message: As a channel would get it.
        secrets: Texts that must not occur in it, compared without blanks and case.
        mention: Text that must occur in it; empty if none must.
        files: What the attached files say.

    Returns:
        `NAMES_ASSIGNEE`, `LACKS_MENTION` or nothing.

    Source:
        House rule from S4-12 and S4-14: under a confidential contract no message names the
        assignee, under an unmanaged one every message says that the receivable was assigned.
    """
    heads = (message.subject, message.sender_name, message.sender_email, message.reply_to)
    names = (attachment.name for attachment in message.attachments)
    if is_named(secrets, (*heads, message.text, message.html, *names, *files)):
        return NAMES_ASSIGNEE
    if _compact(mention) not in _compact(message.text):
        return LACKS_MENTION
    return ""


def is_named(secrets: Iterable[str], texts: Iterable[str]) -> bool:
    """Tell whether a secret stands in a text; blanks and case do not matter."""
    said = [_compact(text) for text in texts]
    wanted = [compact for compact in map(_compact, secrets) if compact]
    return any(secret in text for secret in wanted for text in said)


def _compact(text: str) -> str:
    return "".join(unescape(text).split()).casefold()
