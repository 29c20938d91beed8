"""Write the generated parts of the documentation, for cog to put in their places.

A page holds a block that begins with ``[[[cog`` and calls one of these functions. The tests
here fail where a page is out of date; ``./dev docs-write`` brings every page up to date.
"""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import typer.main
from cogapp import Cog

import dunning_sdk
from dunning_sdk.strict_yaml import load, to_plain

ROOT = Path(__file__).resolve().parent.parent.parent
API = Path(__file__).with_name("api.txt")


def hook_specs() -> Iterator[tuple[str, str]]:
    """Yield the signature, without types, and the words of each hook a plugin may answer."""
    package = ROOT / "src" / "dunning_sdk"
    for module in [*package.glob("hooks.py"), *package.glob("hooks/*.py")]:
        yield from hooks_of(module.read_text(encoding="utf-8"))


def hooks_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield the signature and the words of each hook that a module specifies."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("dunning_"):
            names = [argument.arg for argument in node.args.args if argument.arg != "self"]
            yield f"{node.name}({', '.join(names)})", ast.get_docstring(node) or ""


def hook_sections() -> str:
    """Return a section for each hook: its signature and its words."""
    return "\n".join(f"## `{signature}`\n\n{plain(text)}\n" for signature, text in hook_specs())


def plain(docstring: str) -> str:
    """Return a docstring in Google's style as Markdown: each of its sections a list."""
    lines = []
    for line in docstring.splitlines():
        if re.fullmatch(r"(Args|Returns|Raises|Attributes|Source):", line):
            lines += [f"**{line}**", ""]
        else:
            lines.append(re.sub(r"^    (\w+): ", r"- `\1`: ", line) if line[:4] == "    " else line)
    return re.sub(r"(?m)^ {4,}", "  ", "\n".join(lines)).strip()


def command_line():
    """Yield each command of the installed program: its words, and what click knows of it."""
    if not (ROOT / "src" / "dunning_sdk" / "cli" / "main.py").exists():
        return
    from dunning_sdk.cli.main import app

    def below(words, command):
        for name, child in sorted(getattr(command, "commands", {}).items()):
            yield from below([*words, name], child)
        if not getattr(command, "commands", {}):
            yield " ".join(words), command

    yield from below(["dunning"], typer.main.get_command(app))


def command_sections() -> str:
    """Return a section for each command: its usage, its help, its arguments and options."""
    return "\n".join(command_section(words, command) for words, command in command_line())


def command_section(words: str, command) -> str:
    """Return the section of one command."""
    text = inspect.cleandoc(command.help or "").split("\f")[0].strip()
    usage = [words, *(parameter_usage(parameter) for parameter in command.params)]
    entries = [parameter_entry(parameter) for parameter in command.params]
    parts = [f"## `{words}`", f"`{' '.join(filter(None, usage))}`", text, "\n".join(entries)]
    return "\n\n".join(part for part in parts if part) + "\n"


def parameter_usage(parameter) -> str:
    """Return what a parameter that is required, or an argument, adds to the usage line."""
    name = parameter.name.upper()
    if parameter.param_type_name == "argument":
        dots = "..." if parameter.nargs == -1 else ""
        return f"{name}{dots}" if parameter.required else f"[{name}{dots}]"
    return f"{parameter.opts[0]} {name}" if parameter.required else ""


def parameter_entry(parameter) -> str:
    """Return the list entry of a parameter: its names and its help."""
    is_argument = parameter.param_type_name == "argument"
    names = [parameter.name.upper()] if is_argument else parameter.opts + parameter.secondary_opts
    note = " ".join((getattr(parameter, "help", None) or "").split())
    return f"- `{', '.join(names)}`" + (f": {note}" if note else "")


def reason_sections() -> str:
    """Return a table of the reasons deciding gives by itself, and one of each book's own."""
    from dunning_sdk.installation.library import open_library
    from dunning_sdk.verify.reasons import REASONS

    library = open_library()
    books = {name: library.load(name) for name in library.registered}
    parts = ["## By the engine itself", reason_table(REASONS)]
    for name, book in sorted(books.items()):
        parent = to_plain(load(library.files(name)["book.yaml"], "book.yaml")).get("extends")
        taken_over = books[parent].reasons if parent else {}
        own = {reason: text for reason, text in book.reasons.items() if reason not in taken_over}
        parts.append(f"## By the book `{name}`")
        parts += [f"{'Also those' if own else 'Those'} of the book `{parent}`."] if parent else []
        parts += (
            [reason_table({key: (text.en, text.fr) for key, text in own.items()})] if own else []
        )
    return "\n\n".join(parts) + "\n"


def reason_table(reasons) -> str:
    """Return a table of reasons, in the order of their ids."""
    rows = [f"| `{reason}` | {en} | {fr} |" for reason, (en, fr) in sorted(reasons.items())]
    return "\n".join(["| reason | English | français |", "|---|---|---|", *rows])


def sections(text: str) -> dict[str, str]:
    """Return the parts of a page by their headings, whatever the level."""
    parts = re.split(r"(?m)^#+ +(.+)$", re.sub(r"(?ms)^```.*?^```", "", text))
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def table(text: str, head: str) -> list[list[str]]:
    """Return the rows of the first table whose first column has a heading."""
    rows: list[list[str]] = []
    inside = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            if rows:
                break
            inside = False
        elif inside and not set(line) <= set("|-"):
            rows.append(cells)
        elif cells[0] == head:
            inside = True
    return rows


def public_names() -> list[str]:
    """Return every public name as ``module.name``, sorted: what each package lists in __all__."""
    names = [f"dunning_sdk.{name}" for name in getattr(dunning_sdk, "__all__", ())]
    for package in pkgutil.iter_modules(dunning_sdk.__path__, "dunning_sdk."):
        module = importlib.import_module(package.name)
        names += [f"{package.name}.{name}" for name in getattr(module, "__all__", ())]
    return sorted(names)


def regenerated(text: str) -> str:
    """Return a page with the output of its cog blocks written anew."""
    return Cog().process_string(text) if "[[[" + "cog" in text else text


def code_of(path: str) -> str:
    """Return a file of the repository as a block of Python."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return f"```python\n{text}```\n"


def pages() -> list[Path]:
    """Return every page of documentation: the root's and those in docs."""
    return sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))


def write() -> None:
    """Bring every generated part, the schemas and the list of public names up to date."""
    from tests.docs import schemas

    for page in pages():
        text = page.read_text(encoding="utf-8")
        if text != regenerated(text):
            page.write_text(regenerated(text), encoding="utf-8")
    API.write_text("".join(f"{name}\n" for name in public_names()), encoding="utf-8")
    schemas.write()


if __name__ == "__main__":
    write()
