"""Know the namespaces of DMN and of its diagrams, in every version.

Decides that DMN 1.5 is meant by all of them: on reading, an older namespace becomes the newer one.

>>> renewed("https://www.omg.org/spec/DMN/20191111/MODEL/") == MODEL
True
"""

from collections.abc import Mapping
from typing import Final

MODEL: Final = "https://www.omg.org/spec/DMN/20230324/MODEL/"
"""The namespace of DMN 1.5, to which those of other versions are mapped on reading."""
FEEL: Final = "https://www.omg.org/spec/DMN/20230324/FEEL/"
DIAGRAM: Final = "https://www.omg.org/spec/DMN/20230324/DMNDI/"
DI: Final = "http://www.omg.org/spec/DMN/20180521/DI/"
DC: Final = "http://www.omg.org/spec/DMN/20180521/DC/"
_VERSIONS: Final = (
    "http://www.omg.org/spec/DMN/20180521/",
    *(f"https://www.omg.org/spec/DMN/{date}/" for date in ("20191111", "20211108", "20230324")),
)
_RENEWED: Final[Mapping[str, str]] = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": MODEL,
    "http://www.omg.org/spec/FEEL/20140401": FEEL,
    **{f"{version}{kind}": MODEL for version in _VERSIONS for kind in ("MODEL/", "MODEL")},
    **{f"{version}{kind}": FEEL for version in _VERSIONS for kind in ("FEEL/", "FEEL")},
    **{f"{version}DMNDI/": DIAGRAM for version in _VERSIONS},
}


def renewed(namespace: str) -> str:
    """Return the namespace of DMN 1.5 for one of DMN 1.1 to 1.4; any other as it is."""
    return _RENEWED.get(namespace, namespace)
