"""Send the answers of a dialogue: each at most once, and only after what it says is stored.

What cannot be sent is logged and not tried again: the procedure's next step comes as planned.
"""

import logging
from collections.abc import Iterable
from datetime import date
from typing import Final

from dunning_sdk.domain.notice import Message
from dunning_sdk.errors import ConfigError, ConnectorError
from dunning_sdk.installation.wiring import Wiring
from dunning_sdk.store.interface import Store

_log: Final = logging.getLogger("dunning_sdk.delivery")


class Speaker:
    """Holds answers until their transaction is over, then sends them.

    Args:
        store: Whose transactions they belong to.
        wiring: Where channels come from; ``None`` sends nothing.
    """

    def __init__(self, store: Store, wiring: Wiring | None) -> None:
        self._store = store
        self._wiring = wiring
        self._held: list[Message] = []

    def hold(self, messages: Iterable[Message]) -> None:
        """Hold what is to be said once all is stored; what was held before it was not."""
        self._held = list(messages)

    def speak(self, on: date) -> None:
        """Send what is held, now that it is stored."""
        held, self._held = self._held, []
        if self._wiring is None:
            return
        for message in held:
            try:
                self._wiring.channels(on)(message.channel).send(message)
            except (ConnectorError, ConfigError) as problem:
                _log.warning("an answer by %s was not sent: %s", message.channel, problem.code)
