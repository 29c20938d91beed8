"""Write a file whole or not at all.

Decides how a file comes into a folder: beside it first, then renamed, so that nobody ever sees
half of one and a full disk leaves nothing behind. What is in the file is decided by connectors.
"""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path
from typing import Final

from dunning_sdk.errors import ConnectorError, ConnectorTransientError

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def write_whole(path: Path, content: bytes, *, connector: str) -> None:
    """Write a file so that it is there whole or not at all; one that is there is replaced.

    Args:
        path: Where; its folder is made where it is missing.
        content: The bytes.
        connector: Name of the connector, for errors.

    Raises:
        ConnectorTransientError: The disk is full; nothing was written.
        ConnectorError: The folder cannot be written to; nothing was written.
    """
    partial = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        _sync_folder(path.parent)
    except OSError as exc:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise _translated(exc, path.parent, connector=connector) from exc


def _sync_folder(folder: Path) -> None:
    """Make the rename itself last; some file systems cannot, and need not."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _translated(exc: OSError, folder: Path, *, connector: str) -> ConnectorError:
    if exc.errno in _FULL:
        return ConnectorTransientError(
            f"The disk of folder {folder} is full; nothing was written",
            hint="Free some space and run again: what was written before stays, the rest follows",
            connector=connector,
        )
    return ConnectorError(
        f"Folder {folder} cannot be written to ({os.strerror(exc.errno or 0)})",
        hint="Check that it exists and may be written to, then run again",
        connector=connector,
        retryable=True,
    )
