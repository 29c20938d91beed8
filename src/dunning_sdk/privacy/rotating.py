"""Change the secret of a store: rewrap the keys, then put the new secret in place of the old.

Decides the order. Keys are rewrapped in one transaction, so a crash leaves either secret in
force, never half of each; as long as both are given, the store opens with the one that is. Only
then does the new key file replace the old one.
"""

import os

from dunning_sdk.errors import ConfigError
from dunning_sdk.installation.config import Config


def rotate(config: Config) -> str:
    """Rewrap every key by the new secret and return what is left to do; safe to call again.

    Args:
        config: Names the store, the secret and the new secret.

    Raises:
        ConfigError: There is no new secret, it is the old one, or its file cannot be moved.
        StoreError: The store cannot be opened or written, or the new secret is too short.
    """
    kept, folder = config.store, config.folder
    new = kept.new_secret(folder)
    if not new:
        message = f"{kept.new_secret_env} is not set and there is no {kept.new_secret_file}"
        hint = f"Make one: head -c 32 /dev/urandom | base64 > {kept.new_secret_file}"
        raise ConfigError(f"No new secret: {message}", hint=hint)
    if new == kept.secret(folder):
        raise ConfigError("The new secret is the old one", hint="Make another.")
    store = config.open_store(create=False)
    try:
        store.rotate(new)
    finally:
        store.close()
    if os.environ.get(kept.secret_env) or os.environ.get(kept.new_secret_env):
        return (
            f"give the new secret as {kept.secret_env}, unset {kept.new_secret_env},"
            " and start every worker again"
        )
    old = folder / kept.secret_file
    try:
        (folder / kept.new_secret_file).replace(old)
    except OSError as problem:
        message = f"Keys are rotated, but {old.name} cannot be replaced: {problem.strerror}"
        hint = f"Move {kept.new_secret_file} there yourself; until then both open the store."
        raise ConfigError(message, hint=hint) from problem
    return f"{old.name} holds the new secret: start every worker again, and keep a copy of it"
