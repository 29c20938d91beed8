"""The example calendars: all twelve are there, and their table of days is what they do."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dunning_sdk.installation.library import open_library
from dunning_sdk.rules.step import Step

CALENDARS = Path(__file__).parents[2] / "examples" / "calendars"
ROW = re.compile(r"\| \[(?P<name>[\w-]+)\]\((?P<link>\S+)\) \| (?P<days>[^|]+) \| [^|]+ \|")
NUMBER = re.compile(r"[-+]?\d+")
DAYS_BY_NAME = {
    row["name"]: [int(number) for number in NUMBER.findall(row["days"])]
    for row in ROW.finditer((CALENDARS / "README.md").read_text(encoding="utf-8"))
}


def days_of(step: Step) -> Iterator[int]:
    """Yield the numbers of days a reader sees in a step, in the order of the table's words."""
    yield step.offset
    if step.repeat_every_days is not None:
        yield step.repeat_every_days
    if step.when is not None:
        yield from (int(number) for number in NUMBER.findall(step.when.text))


def test_the_table_names_every_calendar_and_no_other() -> None:
    folders = {path.parent.name for path in CALENDARS.glob("*/book.yaml")}

    assert set(DAYS_BY_NAME) == folders
    assert len(folders) == 12


@pytest.mark.parametrize("name", sorted(DAYS_BY_NAME))
def test_the_table_gives_the_days_of_the_procedure(name: str) -> None:
    steps = open_library(CALENDARS).load(name).procedures[f"procedure.{name}"].steps

    assert DAYS_BY_NAME[name] == [day for step in steps for day in days_of(step)]
