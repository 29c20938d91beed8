"""Read the files of an export, each named with the plugin, so that messages say whose it is."""

from collections.abc import Iterator
from pathlib import Path

from dunning_sdk.connectors.local_file import read_each
from dunning_sdk.errors import InputError

from dunning_finom.options import NAME


def exports(path: Path, pattern: str, problems: list[InputError]) -> Iterator[tuple[str, bytes]]:
    """Yield the label and the content of each file; the others are problems.

    Args:
        path: Folder or one file.
        pattern: Which files of the folder.
        problems: Where files are named that cannot be read.

    Raises:
        ConnectorError: The file or folder cannot be opened.
    """
    for label, content in read_each(path, pattern, connector=NAME):
        source = f"{NAME}:{label}"
        if isinstance(content, InputError):
            problems.append(InputError("cannot be read", hint=content.hint, source=source))
        else:
            yield source, content
