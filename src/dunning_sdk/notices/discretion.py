"""Hold every notice to what it must say and what it must never say.

Decides by the finished words, so that no template, layout or name in the data can get round it:
a debtor who was told of an assignment reads the mention of it, one who was not reads nothing of
the assignee or its account. Files that are attached are not looked into.
"""

from __future__ import annotations

from html import unescape

from dunning_sdk.errors import DomainError
from dunning_sdk.notices.context import NoticeContext
from dunning_sdk.notices.syntax import plain_text


def check_discretion(context: NoticeContext, *, subject: str, bodies: tuple[str, str]) -> None:
    """Refuse a notice that says what it must not, or leaves out what it must say.

    Args:
        context: With ``never_named`` and ``assignment_mention``. The mention is owed to the
            debtor; a notice to another recipient need not have it.
        subject: As rendered.
        bodies: Plain text and HTML, as rendered.

    Raises:
        DomainError: It does; the message does not repeat what must stay unnamed.
    """
    compact = [_compact(unescape(body)) for body in (subject, *bodies)]
    secrets = [secret for secret in map(_compact, context.never_named) if secret]
    if any(secret in text for secret in secrets for text in compact):
        raise DomainError(
            f"Notice {context.template} names a party or account that must stay unnamed",
            hint="Look in the template, the payee and the letterhead for it",
        )
    mention = _compact(context.assignment_mention)
    if context.recipient is None and not all(mention in text for text in compact[1:]):
        raise DomainError(
            f"Notice {context.template} leaves out the mention of the assignment",
            hint="Place block.payment in the template, or assignment_mention itself",
        )


def _compact(text: str) -> str:
    return "".join(plain_text(text).split()).casefold()
