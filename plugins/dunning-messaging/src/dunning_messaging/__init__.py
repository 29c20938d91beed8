"""A plugin of dunning_sdk: notices as text messages, and what is answered.

Registers the channels ``twilio``, ``brevo-sms``, ``whatsapp-cloud``, ``telegram`` and
``share-link``. What vendors tell by webhook is believed by `signing`, read by `hearing` into news
for ``engine.hear``, and taken by `incoming` where ``dunning serve`` runs;
`segments` counts what a text message costs.
"""

from collections.abc import Callable, Mapping
from typing import Any

from dunning_sdk.connectors.incoming import Incoming
from dunning_sdk.connectors.interface import NoticeChannel
from dunning_sdk.hooks import ConnectorSpec, Surroundings, hookimpl


@hookimpl
def dunning_register_connectors() -> list[ConnectorSpec]:
    """Return the channels, and what takes their webhooks."""
    return [
        ConnectorSpec(capability="channel", name="twilio", build=_twilio),
        ConnectorSpec(capability="channel", name="brevo-sms", build=_brevo),
        ConnectorSpec(capability="channel", name="whatsapp-cloud", build=_whatsapp),
        ConnectorSpec(capability="channel", name="telegram", build=_telegram),
        ConnectorSpec(capability="channel", name="share-link", build=_share),
        ConnectorSpec(capability="webhook", name="twilio", build=_incoming("twilio")),
        ConnectorSpec(capability="webhook", name="brevo-sms", build=_incoming("brevo")),
        ConnectorSpec(capability="webhook", name="whatsapp-cloud", build=_incoming("whatsapp")),
        ConnectorSpec(capability="webhook", name="telegram", build=_incoming("telegram")),
    ]


def _incoming(name: str) -> Callable[[Mapping[str, Any], Surroundings], Incoming]:
    def build(options: Mapping[str, Any], around: Surroundings) -> Incoming:
        from dunning_messaging import incoming

        make: Callable[[Mapping[str, Any], Surroundings], Incoming] = getattr(incoming, name)
        return make(options, around)

    return build


def _twilio(options: Mapping[str, Any], around: Surroundings) -> NoticeChannel:
    from dunning_messaging.twilio import TwilioChannel, read

    return TwilioChannel(*read(options, folder=around.folder))


def _brevo(options: Mapping[str, Any], around: Surroundings) -> NoticeChannel:
    from dunning_messaging.brevo import BrevoChannel, read

    return BrevoChannel(*read(options, folder=around.folder))


def _whatsapp(options: Mapping[str, Any], around: Surroundings) -> NoticeChannel:
    from dunning_messaging.whatsapp import WhatsAppChannel, read

    return WhatsAppChannel(*read(options, folder=around.folder))


def _telegram(options: Mapping[str, Any], around: Surroundings) -> NoticeChannel:
    from dunning_messaging.telegram import TelegramChannel, read

    return TelegramChannel(read(options, folder=around.folder))


def _share(options: Mapping[str, Any], around: Surroundings) -> NoticeChannel:
    from dunning_messaging.share import ShareChannel, read

    return ShareChannel(read(options), folder=around.out)
