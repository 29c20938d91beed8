"""Give the hygiene checks the project's own source: its files, parsed."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "src" / "dunning_sdk"
PURE = (
    *("feel", "dmn", "domain", "law", "rules", "decisions", "dialogue", "interchange", "verify"),
    "portfolio",
    *("errors", "strict_yaml"),
)


@dataclass(frozen=True)
class Source:
    """One Python module: where it lies below the package, its text and its syntax tree."""

    label: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """Parse the text."""
        return ast.parse(self.text, self.label)

    @property
    def package(self) -> str:
        """Name the top-level package or module it belongs to; empty for the root."""
        first = self.label.split("/")[0].removesuffix(".py")
        return "" if first == "__init__" else first


def sources(*packages: str) -> Iterator[Source]:
    """Yield the package's modules, or only those of the packages named."""
    for path in sorted(PACKAGE.rglob("*.py")):
        source = Source(path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8"))
        if not packages or source.package in packages:
            yield source


def data_files() -> Iterator[Path]:
    """Yield the YAML files shipped in the package, in order."""
    yield from sorted(path for path in PACKAGE.rglob("*.yaml"))


def packages() -> set[str]:
    """Name the packages and modules right below ``dunning_sdk``."""
    return {source.package for source in sources()} - {""}
