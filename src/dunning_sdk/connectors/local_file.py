"""Read files, and say what is wrong where that fails.

Decides how large a file may be and which error a failing disk becomes; what the bytes mean is
left to the readers.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from dunning_sdk.errors import (
    ConnectorAuthError,
    ConnectorError,
    ConnectorNotFoundError,
    InputError,
)

SIZE_MAX: Final = 256 * 1024 * 1024


def read_bytes(path: Path, *, connector: str, size_max: int = SIZE_MAX) -> bytes:
    """Return the content of a file.

    Args:
        path: The file.
        connector: Name of the connector, for the error.
        size_max: Bytes above which the file is refused.

    Raises:
        ConnectorNotFoundError: There is no such file.
        ConnectorAuthError: It may not be read.
        ConnectorError: It is too large, is no file, or the disk failed.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(size_max + 1)
    except (OSError, ValueError) as exc:
        raise _translated(exc, path, connector) from exc
    if len(content) > size_max:
        raise ConnectorError(
            f"{path} is larger than {size_max // 1024 // 1024} MiB",
            hint="Split it, or check that it is the right file",
            connector=connector,
        )
    return content


def list_files(path: Path, pattern: str, *, connector: str) -> list[tuple[str, Path]]:
    """Return the files a source consists of, each with its label, in order of the labels.

    Args:
        path: One file, or a folder.
        pattern: Glob below the folder, such as ``*.xml`` or ``**/*``; not used for one file.
        connector: Name of the connector, for the error.

    Returns:
        Label and path; a label is the path below the folder. Names that begin with a dot and
        links that lead out of the folder are left out.

    Raises:
        ConnectorNotFoundError: There is no such file or folder.
        ConnectorAuthError: The folder may not be listed.
        ConnectorError: The pattern is not one, or the disk failed.
    """
    try:
        if not path.is_dir():
            if not path.exists():
                raise FileNotFoundError
            return [(path.name, path)]
        return sorted(_files_below(path, pattern))
    except (OSError, ValueError, NotImplementedError) as exc:
        raise _translated(exc, path, connector) from exc


def read_each(
    path: Path, pattern: str, *, connector: str
) -> Iterator[tuple[str, bytes | InputError]]:
    """Yield the label and the content of each file of a source.

    Args:
        path: One file, or a folder.
        pattern: Glob below the folder; not used for one file.
        connector: Name of the connector, for errors.

    Yields:
        Label and content, or the problem of a file of a folder that cannot be read.

    Raises:
        ConnectorError: The one file, or the folder, cannot be read.
    """
    for label, file in list_files(path, pattern, connector=connector):
        try:
            yield label, read_bytes(file, connector=connector)
        except ConnectorError as exc:
            if file == path:
                raise
            yield label, InputError("cannot be read", hint=exc.hint, source=label)


def _files_below(folder: Path, pattern: str) -> Iterator[tuple[str, Path]]:
    root = folder.resolve()
    for path in folder.glob(pattern):
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        if not hidden and path.is_file() and path.resolve().is_relative_to(root):
            yield inside.as_posix(), path


def _translated(exc: Exception, path: Path, connector: str) -> ConnectorError:
    if isinstance(exc, FileNotFoundError):
        return ConnectorNotFoundError(
            f"{path} does not exist", hint="Correct the path", connector=connector
        )
    if isinstance(exc, PermissionError):
        return ConnectorAuthError(
            f"{path} may not be read", hint="Grant read access to it", connector=connector
        )
    reason = getattr(exc, "strerror", None) or type(exc).__name__
    return ConnectorError(
        f"{path} cannot be read: {reason}",
        hint="Check the path and the disk",
        connector=connector,
        retryable=isinstance(exc, OSError),
    )
