"""Distributions as an installer leaves them: modules, metadata and entry points on the path."""

import tomllib
from pathlib import Path

from tests.hygiene.tree import ROOT

SHIPPED = tuple(sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml")))


def install(folder: Path, name: str, *, plugins: dict[str, str], modules: dict[str, str]) -> Path:
    """Write a distribution into a folder, and return the folder.

    Args:
        folder: To be put on the path.
        name: Of the distribution.
        plugins: Entry points of group ``dunning_sdk``: plugin name to module.
        modules: Module name to its text.
    """
    metadata = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    lines = [f"{plugin} = {module}\n" for plugin, module in plugins.items()]
    (metadata / "entry_points.txt").write_text("[dunning_sdk]\n" + "".join(lines))
    for module, text in modules.items():
        (folder / f"{module}.py").write_text(text, encoding="utf-8")
    return folder


def install_shipped(folder: Path, source: Path) -> list[Path]:
    """Install one of the project's own plugins; return what has to be on the path."""
    project = tomllib.loads((source / "pyproject.toml").read_text("utf-8"))["project"]
    plugins = project["entry-points"]["dunning_sdk"]
    return [install(folder, project["name"], plugins=plugins, modules={}), source / "src"]
