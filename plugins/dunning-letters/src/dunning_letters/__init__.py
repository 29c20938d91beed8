"""A plugin of dunning_sdk: letters and registered letters printed and posted by Maileva.

Registers the channel ``maileva`` and the source of news of the same name, which brings proofs of
deposit and of receipt. `letterbox` deposits a letter, `tracking` follows it, `account` holds the
token, and `record` says what of a reply is read.
"""

from collections.abc import Mapping
from typing import Any

from dunning_sdk.connectors.interface import NoticeChannel
from dunning_sdk.connectors.news import NewsSource
from dunning_sdk.hooks import ConnectorSpec, Surroundings, hookimpl


@hookimpl
def dunning_register_connectors() -> list[ConnectorSpec]:
    """Return the channel and the source of news ``maileva``."""
    return [
        ConnectorSpec(capability="channel", name="maileva", build=_channel),
        ConnectorSpec(capability="news", name="maileva", build=_news),
    ]


def _channel(options: Mapping[str, Any], around: Surroundings) -> NoticeChannel:
    from dunning_letters.account import Account
    from dunning_letters.letterbox import MailevaChannel
    from dunning_letters.options import read

    given = read(options, folder=around.folder, section="[channels.registered-letter]")
    return MailevaChannel(Account(given), sender=around.parties.get("creditor"))


def _news(options: Mapping[str, Any], around: Surroundings) -> NewsSource:
    from dunning_letters.account import Account
    from dunning_letters.options import read
    from dunning_letters.tracking import MailevaNews

    given = read(options, folder=around.folder, section="[[sources.news]]")
    return MailevaNews(Account(given), today=around.sent_on)
