"""Tell a plugin of events where an endpoint on the network would be told.

Decides that a plugin which raises did not take its event; what follows is decided in
`webhooking`, as for any endpoint.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dunning_sdk.connectors.webhook_sender import Taken
from dunning_sdk.errors import ConnectorTransientError, HookError
from dunning_sdk.plugins import Plugins

HOOK: Final = "dunning_hear_event"


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginSender:
    """Tells one plugin.

    Attributes:
        plugins: Those that are loaded.
        plugin: Name of the one that is told.
        options: Of its section.
        folder: Of ``dunning.toml``.
    """

    plugins: Plugins
    plugin: str
    options: Mapping[str, Any]
    folder: Path

    def send(self, id: str, body: bytes) -> Taken:
        """Tell it one event, and return whether it took it.

        Raises:
            ConfigError: No plugin of that name hears events.
        """
        event = json.loads(body)
        try:
            self.plugins.tell(
                self.plugin, HOOK, id=id, event=event, options=self.options, folder=self.folder
            )
        except HookError as problem:
            is_line = isinstance(problem.__cause__, ConnectorTransientError)
            return Taken(is_line=is_line, problem=problem.message)
        return Taken(is_taken=True)
