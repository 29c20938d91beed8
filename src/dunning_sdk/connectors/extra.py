"""Say which extra to install where an optional library is missing.

Decides the message only; connectors name the libraries they need.
"""

from importlib.util import find_spec

from dunning_sdk.errors import ConfigError


def require_extra(extra: str, *modules: str, purpose: str) -> None:
    """Refuse to go on where an optional library is not installed; imports none of them.

    Args:
        extra: Name of the extra of this distribution that brings the libraries.
        modules: Top-level modules that are needed.
        purpose: What they are needed for, as the subject of the message.

    Raises:
        ConfigError: At least one is missing.
    """
    missing = [module for module in modules if find_spec(module) is None]
    if missing:
        raise ConfigError(
            f"{purpose} cannot be made: {', '.join(missing)} is not installed",
            hint=f"Run: pip install 'dunning-sdk[{extra}]'",
        )
