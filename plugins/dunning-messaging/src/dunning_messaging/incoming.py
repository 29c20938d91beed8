"""The vendors' webhooks as `dunning serve` takes them, by a section ``[incoming.NAME]`` each.

Decides what such a section holds: where the secret or the word is, and for Twilio the address it
calls, which it signs. Believing is left to `signing`, reading to `hearing`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from dunning_sdk.connectors.incoming import Incoming, SignedIncoming
from dunning_sdk.connectors.news import News
from dunning_sdk.connectors.options import read_options, read_secret
from dunning_sdk.connectors.webhook import Delivery, Receiver, Scheme
from dunning_sdk.hooks import Surroundings
from pydantic import BaseModel, ConfigDict, Field

from dunning_messaging import hearing, signing

Read = Callable[[Delivery, date], tuple[News, ...]]
_SECTION: Final = "[incoming.*]"


class SecretOptions(BaseModel):
    """A section of a vendor whose webhooks are signed, or hold a word.

    Attributes:
        secret_env: Environment variable that holds the secret, or the word; several parted by
            blanks while one replaces another.
        secret_file: File that holds it, where the variable is not set.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    secret_env: str
    secret_file: str = ""

    def secrets(self, around: Surroundings, vendor: str) -> list[str]:
        """Return every secret that is active.

        Raises:
            ConfigError: There is none.
        """
        what = f"{vendor}'s secret for webhooks"
        found = read_secret(
            env=self.secret_env, file=self.secret_file, folder=around.folder, what=what
        )
        return found.split()


class TwilioOptions(SecretOptions):
    """A section of Twilio.

    Attributes:
        url: Address that Twilio calls, without a query; as it came where empty.
    """

    url: str = Field(default="", pattern=r"^(https://[^\s?#]+)?$")


class WhatsAppOptions(SecretOptions):
    """A section of Meta.

    Attributes:
        verify_env: Environment variable that holds the word Meta shows when it asks whether the
            address is yours.
    """

    verify_env: str = "WHATSAPP_VERIFY_TOKEN"


class WordIncoming(Incoming):
    """Webhooks that hold a word you chose, and no signature.

    Args:
        name: Of the vendor.
        header: Where the word stands.
        words: Every word that is active.
        read: Reads a delivery.
    """

    def __init__(self, name: str, *, header: str, words: Sequence[str], read: Read) -> None:
        self._name = name
        self._header = header
        self._words = words
        self._read = read

    def is_new(self, delivery: Delivery) -> bool:
        """Tell whether a delivery holds the word; whether it came before, the engine knows."""
        signing.check_word(delivery, header=self._header, words=self._words, name=self._name)
        return True

    def news(self, delivery: Delivery, *, on: date) -> tuple[News, ...]:
        """Return what a delivery says."""
        return self._read(delivery, on)


def twilio(options: Mapping[str, Any], around: Surroundings) -> Incoming:
    """Return what takes Twilio's webhooks.

    Raises:
        ConfigError: An option is wrong, or there is no secret.
    """
    given = read_options(
        TwilioOptions, {"secret_env": "TWILIO_AUTH_TOKEN", **options}, section=_SECTION
    )
    receiver = _receiver(signing.twilio(), given.secrets(around, "Twilio"))
    return _AtAddress(receiver, lambda one, on: hearing.twilio_news(one, on=on), url=given.url)


def whatsapp(options: Mapping[str, Any], around: Surroundings) -> Incoming:
    """Return what takes Meta's webhooks; errors as for `twilio`."""
    given = read_options(
        WhatsAppOptions, {"secret_env": "WHATSAPP_APP_SECRET", **options}, section=_SECTION
    )
    token = read_secret(
        env=given.verify_env, file="", folder=around.folder, what="The word Meta shows"
    )
    return SignedIncoming(
        _receiver(signing.whatsapp(), given.secrets(around, "WhatsApp")),
        lambda one, on: hearing.whatsapp_news(one, on=on),
        challenge=lambda query: signing.challenge(query, verify_token=token),
    )


def telegram(options: Mapping[str, Any], around: Surroundings) -> Incoming:
    """Return what takes Telegram's webhooks; errors as for `twilio`."""
    given = read_options(
        SecretOptions, {"secret_env": "TELEGRAM_WEBHOOK_WORD", **options}, section=_SECTION
    )
    return WordIncoming(
        "telegram",
        header=signing.TELEGRAM_HEADER,
        words=given.secrets(around, "Telegram"),
        read=lambda one, on: hearing.telegram_news(one, on=on),
    )


def brevo(options: Mapping[str, Any], around: Surroundings) -> Incoming:
    """Return what takes Brevo's webhooks; errors as for `twilio`."""
    given = read_options(
        SecretOptions, {"secret_env": "BREVO_WEBHOOK_WORD", **options}, section=_SECTION
    )
    return WordIncoming(
        "brevo-sms",
        header=signing.BREVO_HEADER,
        words=given.secrets(around, "Brevo"),
        read=lambda one, on: hearing.brevo_news(one, on=on),
    )


class _AtAddress(SignedIncoming):
    """Signed webhooks whose address is signed too, and may have come through a proxy."""

    def __init__(self, receiver: Receiver, read: Read, *, url: str) -> None:
        super().__init__(receiver, read)
        self._url = url

    def is_new(self, delivery: Delivery) -> bool:
        return super().is_new(self._called(delivery))

    def news(self, delivery: Delivery, *, on: date) -> tuple[News, ...]:
        return super().news(self._called(delivery), on=on)

    def forget(self, delivery: Delivery) -> None:
        super().forget(self._called(delivery))

    def _called(self, delivery: Delivery) -> Delivery:
        if not self._url:
            return delivery
        _, mark, query = delivery.url.partition("?")
        url = f"{self._url}{mark}{query}"
        return Delivery(body=delivery.body, headers=delivery.headers, url=url)


def _receiver(scheme: Scheme, secrets: Sequence[str]) -> Receiver:
    return Receiver(scheme, secrets, now=lambda: datetime.now(UTC))
