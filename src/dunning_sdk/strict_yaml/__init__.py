r"""Read YAML without surprises, and remember where everything stands.

The package decides which YAML is accepted and what a bare word, number or date means. What
the fields are called and which values they take is left to the models of ``law`` and
``rules``. It is the only place that imports ``yaml``; ``load`` gives a tree of nodes with
positions, ``to_plain`` the dicts and lists, ``position_of`` the way back from a field to its
place in the text.

>>> tree = load("country: NO\nrate: 0.15\nfrom: 2026-01-01\n", "norway.yaml")
>>> to_plain(tree)
{'country': 'NO', 'rate': Decimal('0.15'), 'from': datetime.date(2026, 1, 1)}
>>> position_of(tree, ["rate"])
(2, 7)
"""

from dunning_sdk.strict_yaml.loader import DEPTH_MAX, SIZE_MAX_BYTES, load
from dunning_sdk.strict_yaml.node import (
    Plain,
    YamlMapping,
    YamlNode,
    YamlScalar,
    YamlSequence,
    YamlValue,
    position_of,
    to_plain,
)

__all__ = [
    "DEPTH_MAX",
    "SIZE_MAX_BYTES",
    "Plain",
    "YamlMapping",
    "YamlNode",
    "YamlScalar",
    "YamlSequence",
    "YamlValue",
    "load",
    "position_of",
    "to_plain",
]
