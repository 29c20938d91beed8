"""Gather the closed lists of words that the rules of a book may answer with.

Decides nothing: the book declares them, and `rules.load` holds its rules to them.
"""

from collections.abc import Iterable, Mapping

from dunning_sdk.domain.party import CONTACT_ROLES
from dunning_sdk.strict_yaml import YamlMapping, YamlNode, YamlScalar, YamlSequence


def words_in(head: Mapping[str, YamlNode], procedures: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the texts of each closed list of a book.

    Args:
        head: What ``book.yaml`` says, by key.
        procedures: Ids of the book's procedures.
    """
    contacts, tones = (
        tuple(item.raw for item in listed if isinstance(item, YamlScalar))
        if isinstance(listed, YamlSequence)
        else ()
        for listed in (head.get("contacts"), head.get("tones"))
    )
    reasons = head.get("reasons")
    return {
        "reasons": tuple(reasons) if isinstance(reasons, YamlMapping) else (),
        "procedures": ("", *procedures),
        "contacts": ("", *CONTACT_ROLES, *contacts),
        "tones": ("", *tones),
    }
