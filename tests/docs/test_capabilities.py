"""docs/capabilities.md goes through every fact once, and names nothing that is not there."""

import re

import pytest

from dunning_sdk import Engine
from dunning_sdk.domain.fact import CHANNELS
from dunning_sdk.records.entry import KEYS
from tests.docs.pages import ROOT, command_line
from tests.shared import shared_path

PAGE = (ROOT / "docs" / "capabilities.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in re.findall(r"(?m)^\| S\d.*$", PAGE)
]
MADE_TO_MEASURE = {f"S1-{number:02}" for number in (*range(4, 28), 31, 33, 34, 35)}
STATES = {"done", "in part", "not done", "outside", "context"}
SOURCE = ROOT / "src" / "dunning_sdk"


def ids_of(cell):
    """Return the ids of a cell such as ``S0-01, S0-11`` or ``S0-02 … S0-04``."""
    for part in cell.split(", "):
        first, _, last = part.partition(" … ")
        kind, start = first.split("-")
        end = (last or first).split("-")[1]
        yield from (f"{kind}-{number:02}" for number in range(int(start), int(end) + 1))


def named(cell):
    """Return the names and the links of a cell, and what is neither."""
    rest = re.sub(r"`[^`]+`|\[[^\]]+\]\([^)]+\)|,\s*", "", cell).strip()
    return re.findall(r"`([^`]+)`", cell), re.findall(r"\]\(([^)#]+)", cell), rest


def exists(name):
    kind, _, rest = name.partition(" ")
    match kind:
        case "dunning":
            return name in {words for words, _ in command_line()}
        case "record":
            return rest in KEYS
        case "book":
            return (SOURCE / "rules" / "books" / rest / "book.yaml").is_file()
        case "template":
            return (SOURCE / "notices" / "templates" / "en" / f"{rest}.txt").is_file()
        case "plugin":
            return (ROOT / "plugins" / rest / "pyproject.toml").is_file()
        case "channel":
            return rest in CHANNELS
        case _:
            return name.startswith("engine.") and hasattr(Engine, name.removeprefix("engine."))


def test_every_fact_is_there_once():
    facts = shared_path("reference") / "mission-facts.md"
    wanted = re.findall(r"(?m)^\| (S[0134]-\d\d) \|", facts.read_text(encoding="utf-8"))
    wanted = [id for id in wanted if id[:2] != "S1" or id in MADE_TO_MEASURE]
    found = [id for row in ROWS for id in ids_of(row[0])]

    assert sorted(found) == sorted(wanted)
    assert len(found) == 99 + len(MADE_TO_MEASURE)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_row_has_a_state_and_says_why_where_it_is_not_done(row):
    _, capability, state, where, why = row
    names, links, rest = named(where)

    assert state in STATES
    assert capability
    assert bool(why) == (state not in ("done", "context"))
    assert bool(names or links) or state == "context"
    assert rest == ""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_name_is_there(row):
    names, links, _ = named(row[3])

    assert [name for name in names if not exists(name)] == []
    assert [link for link in links if not (ROOT / "docs" / link).is_file()] == []


@pytest.mark.parametrize(
    "name",
    [
        "dunning fly",
        "record flown",
        "book none",
        "template none",
        "channel pigeon",
        "engine.fly",
        "x",
    ],
)
def test_a_name_that_is_not_there_is_seen(name):
    assert not exists(name)
