"""The dialogue about a small receivable runs to its end without a person, and never further."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning_sdk.dialogue import (
    Conversation,
    EffectKind,
    Key,
    Limits,
    Part,
    Saying,
    Sender,
    Situation,
    Stage,
    answer,
    say,
    understand,
)
from dunning_sdk.dialogue.conversation import TURNS_MAX
from dunning_sdk.dialogue.saying import TEXTS
from dunning_sdk.domain.money import Money
from tests.dialogue.test_replies import AS_OF, OPEN, REPLIES

LIMITS = Limits(latest_on=date(2026, 3, 17), parts_max=3, part_min=Money(20_00, "EUR"))
THREE = tuple(
    Part(on=on, amount=Money(40_00, "EUR"))
    for on in (date(2026, 3, 10), date(2026, 4, 9), date(2026, 5, 9))
)


def talk(*replies, limits=LIMITS, open_amount=OPEN, as_of=AS_OF, start=None):
    """Return what was said after each reply, and the effect of the last."""
    now = start or Conversation()
    keys = []
    turn = None
    for reply in replies:
        situation = Situation(
            as_of=as_of, open_amount=open_amount, language="fr", choices=now.choices
        )
        turn = answer(now, understand(reply, situation), situation, limits)
        keys.append([saying.key.value for saying in turn.say])
        now = turn.conversation
    return keys, turn


@pytest.mark.parametrize(
    ("replies", "kind", "on"),
    [
        (("vendredi", "oui"), EffectKind.PROMISE, date(2026, 3, 6)),
        (("1", "1"), EffectKind.PROMISE, AS_OF),
        (("2", "lundi", "1"), EffectKind.PROMISE, date(2026, 3, 9)),
        (("j'ai besoin d'un délai", "fin du mois", "vendredi", "ok"), EffectKind.PROMISE,
         date(2026, 3, 6)),
        (("je vais payer", "demain", "oui"), EffectKind.PROMISE, date(2026, 3, 4)),
        (("4",), EffectKind.PAID, None),
        (("payé hier",), EffectKind.PAID, date(2026, 3, 2)),
        (("stop",), EffectKind.STOP, None),
        (("5",), EffectKind.DISPUTE, None),
        (("je ne paierai pas",), EffectKind.PERSON, None),
        (("rappelez-moi",), EffectKind.PERSON, None),
        (("vendredi prochain", "vendredi 13", "oui"), EffectKind.PROMISE, date(2026, 3, 13)),
        (("vendredi prochain", "vendredi prochain"), EffectKind.PERSON, None),
        (("oui", "oui"), EffectKind.PERSON, None),
        (("non", "non"), EffectKind.PERSON, None),
        (("7", "vendredi", "2", "lundi", "1"), EffectKind.PROMISE, date(2026, 3, 9)),
        (("qui êtes-vous ?", "vendredi", "1"), EffectKind.PROMISE, date(2026, 3, 6)),
    ],
)  # fmt: skip
def test_a_dialogue_comes_to_its_end(replies, kind, on):
    _, turn = talk(*replies)

    assert (turn.effect.kind, turn.effect.on) == (kind, on)
    assert turn.conversation.stage is Stage.CLOSED


def test_installments_are_offered_and_confirmed():
    keys, turn = talk("en plusieurs fois", "1")

    assert keys == [["confirm-plan"], ["agreed-plan"]]
    assert (turn.effect.kind, turn.effect.parts) == (EffectKind.PLAN, THREE)


def test_his_own_installments_are_kept_where_they_are_whole_and_within_the_limits():
    _, own = talk("60 € le 10 et 60 € le 25", "oui")
    _, too_little = talk("50 € le 10 et 60 € le 25")

    assert [part.on.day for part in own.effect.parts] == [10, 25]
    assert [part.amount for part in too_little.say[0].parts] == [Money(60_00, "EUR")] * 2


def test_a_part_by_a_day_becomes_an_offer_of_installments():
    keys, _ = talk("50 € vendredi")

    assert keys == [["confirm-plan"]]


def test_what_is_too_small_for_installments_is_asked_for_by_a_day():
    keys, _ = talk("en 3 fois", open_amount=Money(30_00, "EUR"))

    assert keys == [["which-day"]]


def test_what_was_offered_is_not_agreed_once_its_day_or_amount_has_changed():
    waiting = Conversation(stage=Stage.CONFIRM_DAY, on=date(2026, 3, 2))
    plan = Conversation(stage=Stage.CONFIRM_PLAN, parts=THREE)

    assert talk("oui", start=waiting)[0] == [["which-day"]]
    assert talk("oui", start=plan, open_amount=Money(90_00, "EUR"))[0] == [["confirm-plan"]]


@pytest.mark.parametrize(
    ("start", "key"),
    [
        (Conversation(stage=Stage.DAY), "which-day"),
        (Conversation(stage=Stage.CONFIRM_DAY, on=date(2026, 3, 9)), "confirm-day"),
        (Conversation(stage=Stage.CONFIRM_PLAN, parts=THREE), "confirm-plan"),
    ],
)
def test_a_question_is_answered_and_his_own_asked_again(start, key):
    assert talk("votre RIB ?", start=start)[0] == [["link", key]]


def test_a_dialogue_that_goes_round_in_circles_goes_to_a_person():
    _, turn = talk(*["qui êtes-vous ?"] * (TURNS_MAX + 1))

    assert turn.effect.kind is EffectKind.PERSON


def test_a_reply_after_the_end_begins_anew():
    keys, _ = talk("4", "vendredi")

    assert keys == [["paid"], ["confirm-day"]]


@settings(max_examples=60)
@given(st.lists(st.sampled_from([text for _, text, _ in REPLIES] + ["1", "2", "3"]), max_size=10))
def test_nothing_is_agreed_that_was_not_confirmed_and_within_the_limits(replies):
    now = Conversation()
    for reply in replies:
        situation = Situation(as_of=AS_OF, open_amount=OPEN, language="fr", choices=now.choices)
        turn = answer(now, understand(reply, situation), situation, LIMITS)
        if turn.effect and turn.effect.kind is EffectKind.PROMISE:
            assert now.stage is Stage.CONFIRM_DAY
            assert AS_OF <= turn.effect.on <= LIMITS.latest_on
        if turn.effect and turn.effect.kind is EffectKind.PLAN:
            assert now.stage is Stage.CONFIRM_PLAN
            assert sum(part.amount.minor for part in turn.effect.parts) == OPEN.minor
        now = turn.conversation


def test_every_saying_has_words_in_every_language():
    sender = Sender(name="Atelier Lumen", invoice="F-1", amount=OPEN, link="https://l.example/x")

    said = {
        (language, key): say(Saying(key=key, on=AS_OF, parts=THREE), sender, language)
        for language in TEXTS
        for key in Key
    }

    assert {language: set(texts) for language, texts in TEXTS.items()} == {
        language: set(Key) for language in ("fr", "en", "de")
    }
    assert all("{" not in text and len(text) <= 220 for text in said.values())
    assert said["en", Key.AGREED_DAY] == "Noted: €120.00 by 3 March 2026. Thank you. Atelier Lumen"
    assert say(Saying(key=Key.LINK), Sender(name="L", invoice="1", amount=OPEN), "it").startswith(
        "Thank you, a person"
    )
