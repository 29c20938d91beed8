"""Keep how an author wrote a cell, beside the cell, where it could have been written otherwise.

Decides when that counts: only as long as it says in FEEL what the cell says. So a model comes back
to the same text, and what was changed in a modeler comes back as `notation` writes it.
"""

from collections.abc import Callable
from typing import Final

from dunning_sdk.dmn.boxed import Node
from dunning_sdk.dmn.xml_tree import XmlName
from dunning_sdk.errors import BookError
from dunning_sdk.interchange.mirror import named
from dunning_sdk.interchange.notation import placed
from dunning_sdk.rules.canonical import canonical
from dunning_sdk.strict_yaml import YamlNode, load

WRITTEN: Final = "written"
SAID: Final = "said"
DECLARED: Final = "declared"

Attributes = tuple[tuple[XmlName, str], ...]


def kept(node: YamlNode, usual: YamlNode | None) -> Attributes:
    """Return an attribute that says how a cell was written; none where that is the usual way."""
    said = canonical(node)
    return () if usual is not None and canonical(usual) == said else attribute(WRITTEN, said)


def attribute(name: str, value: str) -> Attributes:
    """Return an attribute of ours; none for an empty value."""
    return ((named(name), value),) if value else ()


def of(node: Node, name: str) -> str:
    """Return an attribute of ours; empty where there is none."""
    wanted = named(name)
    return next((value for key, value in node.attributes if key == wanted), "")


def as_written(
    cell: Node, usual: YamlNode | None, says: Callable[[YamlNode], bool]
) -> YamlNode | None:
    """Return how the author wrote a cell, or the usual way.

    Args:
        cell: Where it stands, with what `kept` put beside it.
        usual: How it is written without that.
        says: Tells whether a way of writing says what the cell says.
    """
    text = of(cell, WRITTEN)
    if not text:
        return usual
    try:
        node = placed(load(text, WRITTEN), cell.line, cell.column)
    except BookError:
        return usual
    return node if says(node) else usual
