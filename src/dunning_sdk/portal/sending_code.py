"""Send a one-time code to the address that is known of a debtor, never to one typed on a page."""

from dataclasses import dataclass
from uuid import uuid4

from dunning_sdk.access.one_time_code import make_code
from dunning_sdk.domain.notice import Message
from dunning_sdk.domain.reach import address_of
from dunning_sdk.errors import ConfigError
from dunning_sdk.portal.visit import Visit

_CHANNELS = ("email", "sms")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a code goes.

    Attributes:
        channel: ``email`` or ``sms``.
        value: Mailbox or telephone number.
    """

    channel: str
    value: str

    @property
    def hint(self) -> str:
        """Return as much of it as tells its owner which it is."""
        name, at, domain = self.value.partition("@")
        return f"{name[:1]}…{at}{domain}" if at else f"…{self.value[-3:]}"


def address_for(visit: Visit) -> Address | None:
    """Return where a code for this debtor goes; ``None`` where neither is known."""
    contact = visit.debtor.contact()
    if contact is None:
        return None
    for channel in _CHANNELS:
        reach = address_of(visit.debtor, channel, contact)
        if reach is not None and reach.value:
            return Address(channel=channel, value=reach.value)
    return None


def send_code(visit: Visit, address: Address) -> None:
    """Make a code and send it.

    Raises:
        TooManyRequestsError: Too many were sent.
        ConnectorError: The channel failed.
    """
    engine, words = visit.engine, visit.words
    with engine.store.begin() as session:
        code = make_code(session, engine.config.portal_key(), visit.debtor.id, now=visit.now)
    speaker = visit.speaker
    contact = speaker.contact()
    is_mail = address.channel == "email"
    message = Message(
        id=f"code-{uuid4().hex}",
        channel=address.channel,
        sender_name=speaker.name,
        sender_email=contact.email if contact else "",
        to_name=visit.debtor.name,
        to_email=address.value if is_mail else "",
        to_phone="" if is_mail else address.value,
        subject=words.say("code_subject", name=speaker.name),
        text=words.say("code_text", name=speaker.name, code=code),
        language=visit.choice.language,
    )
    channel = engine.wiring.channels(visit.as_of)(address.channel)
    if message.reach is None:
        raise ConfigError(f"{address.channel} reaches nobody", hint="Look at the contact.")
    channel.send(message)
