"""A plugin of dunning_sdk: what comes back to a mail box after notices were sent.

Registers the source of news ``inbox``. `mailbox` reads the box by IMAP and changes nothing in it,
`letter` says what a message is: a bounce, a reply, an automatic answer, or none of our business.
"""

from collections.abc import Mapping
from typing import Any

from dunning_sdk.connectors.news import NewsSource
from dunning_sdk.hooks import ConnectorSpec, Surroundings, hookimpl


@hookimpl
def dunning_register_connectors() -> list[ConnectorSpec]:
    """Return the source of news ``inbox``."""
    return [ConnectorSpec(capability="news", name="inbox", build=_build)]


def _build(options: Mapping[str, Any], around: Surroundings) -> NewsSource:
    from dunning_inbox.mailbox import Inbox
    from dunning_inbox.options import read

    return Inbox(read(options, folder=around.folder))
