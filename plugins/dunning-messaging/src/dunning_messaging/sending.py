"""What all these channels have in common: an address of the right kind, and a reply read once.

None of the vendors promises to send a message once where it is asked twice. So each is asked at
most once: an answer that was lost, or that cannot be read although it says yes, leaves the notice
uncertain, and neither is sent again nor by another channel.
"""

import json
from typing import TypeVar

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Ask
from dunning_sdk.connectors.payload import Payload, read_payload
from dunning_sdk.domain.notice import Message
from dunning_sdk.domain.reach import ReachKind
from dunning_sdk.errors import ConnectorInvalidError, ConnectorTransientError

Reply = TypeVar("Reply", bound=Payload)


def address(message: Message, kind: ReachKind, *, connector: str) -> str:
    """Return where a message goes.

    Raises:
        ConnectorInvalidError: It has no address of that kind.
    """
    value = message.to_phone if kind is ReachKind.PHONE else message.to_handle
    if value:
        return value
    field = "to_phone" if kind is ReachKind.PHONE else "to_handle"
    raise ConnectorInvalidError(
        f"{connector}: notice {message.id} has no {kind.value} to go to",
        hint="Complete the debtor's contact, or use another channel",
        connector=connector,
        fields={field: "is missing"},
    )


def accepted(http: HttpClient, request: Ask, model: type[Reply], *, what: str) -> Reply:
    """Make a call that sends, and return its reply.

    Raises:
        ConnectorTransientError: It was sent, or may have been, and nobody can say more.
        ConnectorError: It was refused.
    """
    connector = http.site.connector
    reply = http.reply(request)
    try:
        return read_payload(model, json.loads(reply.body), connector=connector, what=what)
    except ConnectorInvalidError as problem:
        raise _unclear(connector, problem.message) from problem
    except (ValueError, RecursionError) as problem:
        raise _unclear(connector, f"{connector}: {what} is no JSON") from problem


def _unclear(connector: str, what: str) -> ConnectorTransientError:
    return ConnectorTransientError(
        f"{what}; the message was taken all the same",
        hint="Look there whether it left and answer the question about it; then look for a newer"
        " version of the plugin",
        connector=connector,
        outcome_unknown=True,
        retryable=False,
    )
