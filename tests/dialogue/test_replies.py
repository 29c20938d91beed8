"""Replies as people write them: understood, or handed to a person; never a wrong promise."""

from datetime import date
from pathlib import Path

import pytest

from dunning_sdk.dialogue import ForPerson, Situation, understand
from dunning_sdk.domain.money import Money

AS_OF = date(2026, 3, 3)
OPEN = Money(120_00, "EUR")
REPLIES = [
    tuple(part.strip() for part in line.split("|"))
    for line in (Path(__file__).parent / "replies.txt").read_text("utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]


def heard(text, language="fr", **over):
    situation = Situation(as_of=AS_OF, open_amount=OPEN, language=language, **over)
    return understand(text, situation)


def told(found):
    if isinstance(found, ForPerson):
        return f"person {found.doubt}"
    count = str(found.count) if found.count else ""
    amount = str(found.amount.major) if found.amount else ""
    parts = [f"{part.on}:{part.amount.major}" for part in found.parts]
    on = found.on.isoformat() if found.on else ""
    words = [found.intention.value, found.category, count, on, amount, *parts]
    return " ".join(word for word in words if word)


def test_there_are_150_replies_in_three_languages():
    assert len(REPLIES) >= 150
    assert {language for language, _, _ in REPLIES} == {"fr", "en", "de"}


@pytest.mark.parametrize("language", ["fr", "en", "de"])
def test_replies_are_understood_or_handed_to_a_person(language):
    mine = [(text, wanted) for of, text, wanted in REPLIES if of == language]

    found = [(text, told(heard(text.replace("\\n", "\n"), language))) for text, _ in mine]

    assert mine == found
