"""Read the law files that are shipped, for `law`, which gets texts and labels."""

from functools import cache
from importlib import resources

from dunning_sdk.law.statutes import Statutes, read_statutes


def shipped_texts() -> dict[str, str]:
    """Return the shipped law files by name."""
    folder = resources.files("dunning_sdk.law") / "data"
    found = sorted(folder.iterdir(), key=lambda file: file.name)
    return {
        file.name: file.read_text(encoding="utf-8") for file in found if file.name[-5:] == ".yaml"
    }


@cache
def load_statutes() -> Statutes:
    """Return the law as shipped, read once; a host adds values by `Statutes.with_value`.

    Raises:
        BookSyntaxError: A file was changed and has findings.
    """
    return read_statutes(shipped_texts())
