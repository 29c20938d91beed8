"""What an outside system tells by webhook: believed first, then read into news.

Decides what a connector of webhooks has to answer; how a vendor signs is said by `webhook_scheme`,
what follows from news by the engine. The built-in one takes news from any system of the host's that
signs as Standard Webhooks does.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from dunning_sdk.connectors.news import News, NewsKind
from dunning_sdk.connectors.options import read_options, read_secret
from dunning_sdk.connectors.webhook import Delivery, Receiver
from dunning_sdk.connectors.webhook_scheme import standard
from dunning_sdk.errors import ConnectorAuthError, ConnectorInvalidError
from dunning_sdk.hooks import Surroundings

NAME: Final = "standard"


class Incoming(ABC):
    """Takes the webhooks of one outside system; may be called from several threads."""

    @abstractmethod
    def is_new(self, delivery: Delivery) -> bool:
        """Tell whether a delivery is believed and the first of its kind.

        Raises:
            ConnectorAuthError: It proves nothing.
        """

    @abstractmethod
    def news(self, delivery: Delivery, *, on: date) -> tuple[News, ...]:
        """Return what a delivery says, once it was believed; empty for what is no news.

        Args:
            delivery: As it came.
            on: Day it came, for what says none itself.

        Raises:
            ConnectorInvalidError: It is not as its sender's contract says.
        """

    def forget(self, delivery: Delivery) -> None:
        """Hear a delivery again that could not be dealt with; here none is remembered."""
        del delivery

    def challenge(self, query: Mapping[str, str]) -> str:
        """Return what to answer where the sender asks whether the address is ours.

        Raises:
            ConnectorAuthError: This sender asks nothing, or another asks.
        """
        del query
        message = "Nothing is asked for at this address"
        raise ConnectorAuthError(message, hint="Webhooks are posted.")


class SignedIncoming(Incoming):
    """Webhooks that are signed.

    Args:
        receiver: Verifies them, and remembers which came.
        read: Reads one into news.
        challenge: Answers the sender's question; ``None`` where it asks none.
    """

    def __init__(
        self,
        receiver: Receiver,
        read: Callable[[Delivery, date], tuple[News, ...]],
        *,
        challenge: Callable[[Mapping[str, str]], str] | None = None,
    ) -> None:
        self._receiver = receiver
        self._read = read
        self._challenge = challenge

    def is_new(self, delivery: Delivery) -> bool:
        """Tell whether a delivery is believed and the first of its kind."""
        return self._receiver.is_new(delivery)

    def news(self, delivery: Delivery, *, on: date) -> tuple[News, ...]:
        """Return what a delivery says."""
        return self._read(delivery, on)

    def forget(self, delivery: Delivery) -> None:
        """Hear a delivery again that could not be dealt with."""
        self._receiver.forget(delivery)

    def challenge(self, query: Mapping[str, str]) -> str:
        """Return what to answer where the sender asks whether the address is ours."""
        return super().challenge(query) if self._challenge is None else self._challenge(query)


class _Options(BaseModel):
    """Options of a section ``[incoming.NAME]`` of this connector."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    secret_env: str = "DUNNING_INCOMING_SECRET"  # noqa: S105  # the name of a variable
    secret_file: str = ""


class _Item(BaseModel):
    """One piece of news in the body of a webhook."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kind: NewsKind
    on: date | None = None
    channel: str = Field(default="", max_length=100)
    notice_id: str = Field(default="", max_length=200)
    sender: str = Field(default="", max_length=200)
    text: str = Field(default="", max_length=20_000)
    reference: str = Field(default="", max_length=200)
    outcome: str = Field(default="", max_length=100)


_ITEMS: Final = TypeAdapter(Annotated[list[_Item], Field(max_length=1000)])


def build_standard(options: Mapping[str, Any], around: Surroundings) -> Incoming:
    """Return the built-in connector: Standard Webhooks, and a list of news in JSON.

    Raises:
        ConfigError: An option is wrong, or there is no secret.
    """
    given = read_options(_Options, options, section="[incoming.*]")
    secret = read_secret(
        env=given.secret_env, file=given.secret_file, folder=around.folder, what="The secret"
    )
    receiver = Receiver(standard(NAME), secret.split(), now=lambda: datetime.now(UTC))
    return SignedIncoming(receiver, read_items)


def read_items(delivery: Delivery, on: date) -> tuple[News, ...]:
    """Return the news in a body: a list of objects with the fields of `News`.

    Raises:
        ConnectorInvalidError: It is no such list; names the first place, and no value.
    """
    try:
        found = _ITEMS.validate_python(json.loads(delivery.body))
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        raise _illegible(".".join(str(part) for part in first["loc"]) or "body") from problem
    except (ValueError, RecursionError) as problem:
        raise _illegible("body") from problem
    return tuple(News(**one.model_dump() | {"on": one.on or on}) for one in found)


def _illegible(place: str) -> ConnectorInvalidError:
    return ConnectorInvalidError(
        f"{NAME}: a webhook is not as expected: {place}",
        hint="Send a list of objects with the fields of news: docs/connectors.md",
        connector=NAME,
        fields={place: "is not as expected"},
    )
