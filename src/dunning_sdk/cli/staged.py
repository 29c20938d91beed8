"""Run `dunning check` or `dunning test` on the books that hold some files, for pre-commit.

``python -m dunning_sdk.cli.staged check FILE...``: pre-commit names files, the commands take
books.
"""

import sys
from collections.abc import Sequence
from pathlib import Path


def books_of(files: Sequence[str]) -> list[str]:
    """Return the folders of the books that files belong to, each once, sorted."""
    folders = {Path(name).parent for name in files}
    return sorted(folder.as_posix() for folder in folders if (folder / "book.yaml").is_file())


def main(arguments: Sequence[str]) -> None:
    """Run the command named first on the books of the files named after it."""
    from dunning_sdk.cli.main import run

    command, *files = arguments
    books = books_of(files)
    if books:
        sys.argv = ["dunning", command, *books]
        run()


if __name__ == "__main__":
    main(sys.argv[1:])
