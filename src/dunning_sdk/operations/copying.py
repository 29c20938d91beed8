"""A backup: a copy of the store made while it is in use, opened and verified before it counts."""

from dataclasses import dataclass
from pathlib import Path

from dunning_sdk.errors import StoreError
from dunning_sdk.installation.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a backup holds.

    Attributes:
        size: Bytes of the file.
        streams: Event streams of the tenant whose chains were verified.
    """

    size: int
    streams: int


def back_up(config: Config, file: Path) -> Copied:
    """Copy the store to a new file; the file appears only when the copy is whole.

    Args:
        config: Names the store, and the secret that opens copy and original.
        file: Where the copy goes.

    Raises:
        StoreError: The file exists, the store is not SQLite, or the copy is not sound.
    """
    try:
        if file.exists():
            raise StoreError(f"{file.name} exists already", hint="Name a new file")
    except (OSError, ValueError) as problem:
        message = f"{file.name} cannot be written"
        raise StoreError(message, hint="Choose another folder or name") from problem
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    store = config.open_store(create=False)
    try:
        store.copy_to(part)
    finally:
        store.close()
    try:
        streams = _verified(config, part)
        part.rename(file)
    finally:
        for left in (part, *(part.with_name(part.name + end) for end in ("-wal", "-shm"))):
            left.unlink(missing_ok=True)
    return Copied(size=file.stat().st_size, streams=streams)


def _verified(config: Config, part: Path) -> int:
    """Return how many streams the copy holds, all of them whole."""
    url = f"sqlite:///{part.resolve().as_posix()}"
    copy = config.open_store(url=url, create=False)
    try:
        with copy.begin() as session:
            streams = session.streams()
            faults = [fault for stream in streams for fault in session.verify(stream)]
    finally:
        copy.close()
    if faults:
        message = f"The copy is not sound, and neither is the store: {faults[0]}"
        raise StoreError(message, hint="Run `dunning doctor`, and keep the earlier backups")
    return len(streams)
