"""Read the options of a connector's section, the secret they point to, and the creditor.

Decides that a secret is never in the configuration itself, and how a wrong option is said.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from dunning_sdk.domain.party import Party
from dunning_sdk.errors import ConfigError

Options = TypeVar("Options", bound=BaseModel)


def read_options(model: type[Options], options: Mapping[str, Any], *, section: str) -> Options:
    """Return the options of a section, checked.

    Args:
        model: What the section may hold.
        options: Keys and values.
        section: Named in the message, as ``[channels.email]``.

    Raises:
        ConfigError: A key is unknown, missing or wrong; names the first.
    """
    try:
        return model.model_validate(dict(options))
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            f"{section} {place}: {first['msg']}", hint="Its documentation lists the keys."
        ) from problem


def read_secret(*, env: str, file: str, folder: Path, what: str) -> str:
    """Return a secret from the environment, else from a file.

    Args:
        env: Name of the variable.
        file: Path of the file; empty where there is none.
        folder: Where a relative path starts.
        what: What the secret is, to begin a message: ``Pennylane's token``.

    Raises:
        ConfigError: Neither holds it, or the file cannot be read.
    """
    found = os.environ.get(env, "").strip()
    if found:
        return found
    if not file:
        message = f"{what} is missing: {env} is not set"
        raise ConfigError(message, hint="Set that variable, or give secret_file.")
    try:
        secret = (folder / file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        message = f"{what} cannot be read from {file}"
        raise ConfigError(message, hint="Check the path and its permissions.") from problem
    if not secret:
        raise ConfigError(f"{what} is missing: {file} is empty", hint="Write it into that file.")
    return secret


def creditor_of(parties: Mapping[str, Party], *, source: str) -> Party:
    """Return the creditor that the configuration names, for a source that names none.

    Args:
        parties: Actor to its party.
        source: Where the invoices come from, for the message: ``Pennylane``.

    Raises:
        ConfigError: The configuration names none.
    """
    creditor = parties.get("creditor")
    if creditor is None:
        message = f"Invoices from {source} need [parties.creditor] in dunning.toml"
        raise ConfigError(message, hint="Add that section, with id and name.")
    return creditor
