"""Laws of understanding: never a day in the past, never too much money, never against a "not"."""

from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dunning_sdk.dialogue import ForPerson, Intention, Situation, understand
from dunning_sdk.dialogue.answer import HORIZON_DAYS, Doubt
from dunning_sdk.dialogue.english import ENGLISH
from dunning_sdk.dialogue.french import FRENCH
from dunning_sdk.dialogue.german import GERMAN
from dunning_sdk.dialogue.word import plain
from dunning_sdk.domain.money import Money
from tests.dialogue.test_replies import AS_OF, OPEN, REPLIES, heard, told

LEXICONS = (FRENCH, ENGLISH, GERMAN)
_WORDS = sorted(
    {word for words in LEXICONS for phrase in islice(words.phrases, 0, None, 29) for word in phrase}
    | {word for words in LEXICONS for word in (*words.weekdays, *words.months)}
    | {word for words in LEXICONS for phrase in words.days for word in phrase}
    | {
        "5",
        "12",
        "50",
        "€",
        "le 5",
        "am 5.",
        "on the 5th",
        "200 €",
        "31/12",
        "5.3.",
        "?",
        ",",
        "\n",
    }
)
_KNOWN = {part for words in LEXICONS for phrase in words.phrases for part in phrase} | set(_WORDS)
_TEXTS = st.lists(st.sampled_from(_WORDS), max_size=7).map(" ".join) | st.text(max_size=60)
_DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
_LANGUAGES = st.sampled_from(["fr", "en", "de", ""])
_PROMISES = [(of, text) for of, text, wanted in REPLIES if wanted.startswith("promised")]
_NOT = {
    "fr": ("ne", "pas", "jamais", "n'"),
    "en": ("not", "never", "don't"),
    "de": ("nicht", "nie"),
}


@settings(max_examples=200)
@given(text=_TEXTS, as_of=_DAYS, minor=st.integers(1, 500_00), language=_LANGUAGES)
def test_whatever_is_written_no_wrong_promise_is_read(text, as_of, minor, language):
    open_amount = Money(minor, "EUR")

    found = understand(text, Situation(as_of=as_of, open_amount=open_amount, language=language))

    if isinstance(found, ForPerson):
        assert found.doubt in set(Doubt)
        return
    days = [part.on for part in found.parts]
    if found.on and found.intention is Intention.PAID:
        assert found.on <= as_of
    elif found.on:
        days.append(found.on)
    assert all(as_of <= day <= as_of + timedelta(days=HORIZON_DAYS) for day in days)
    amounts = [part.amount for part in found.parts] + [found.amount or open_amount]
    assert all(0 < amount.minor <= minor for amount in amounts)
    assert sum(part.amount.minor for part in found.parts) <= minor


@given(st.sampled_from(_PROMISES), st.data())
def test_a_not_anywhere_in_a_promise_leaves_no_promise(promise, data):
    language, text = promise
    words = text.replace("\\n", "\n").split("\n")[0].split()
    place = data.draw(st.integers(0, len(words)))
    said = " ".join([*words[:place], data.draw(st.sampled_from(_NOT[language])), *words[place:]])

    found = heard(said, language)

    assert isinstance(found, ForPerson) or found.intention is not Intention.PROMISED


@settings(max_examples=40)
@given(st.sampled_from(_PROMISES), st.text(st.characters(categories=["Ll"]), min_size=3), st.data())
def test_a_word_that_is_not_known_leaves_no_promise(promise, word, data):
    language, text = promise
    assume(plain(word) not in _KNOWN)
    words = text.replace("\\n", "\n").split("\n")[0].split()
    place = data.draw(st.integers(0, len(words)))

    found = heard(" ".join([*words[:place], word, *words[place:]]), language)

    assert isinstance(found, ForPerson) or found.intention is not Intention.PROMISED


@given(_TEXTS, _DAYS, _LANGUAGES)
def test_the_same_reply_always_means_the_same(text, as_of, language):
    situation = Situation(as_of=as_of, open_amount=OPEN, language=language)

    assert understand(text, situation) == understand(text, situation)


@pytest.mark.parametrize(
    ("as_of", "text", "expected"),
    [
        ("2026-03-06", "vendredi", "person day-unclear"),
        ("2026-03-06", "vendredi prochain", "promised 2026-03-13"),
        ("2026-03-07", "vendredi prochain", "promised 2026-03-13"),
        ("2026-03-06", "ce vendredi", "promised 2026-03-06"),
        ("2026-03-06", "virement fait vendredi", "paid 2026-02-27"),
        ("2026-12-30", "le 5", "promised 2027-01-05"),
        ("2026-12-30", "le 5 janvier", "promised 2027-01-05"),
        ("2026-12-30", "fin janvier", "promised 2027-01-31"),
        ("2026-12-30", "le mois prochain", "promised 2027-01-31"),
        ("2026-12-30", "le 15 du mois prochain", "promised 2027-01-15"),
        ("2026-12-30", "dans deux mois", "promised 2027-02-28"),
        ("2027-01-03", "payé le 30 décembre", "paid 2026-12-30"),
        ("2027-01-03", "payé le 30", "paid 2026-12-30"),
        ("2026-03-30", "payé le 31", "person day-unclear"),
        ("2026-03-03", "payé le 3 avril 2026", "person day-past"),
        ("2026-03-03", "payé mardi 2 mars", "person day-unclear"),
        ("2026-03-03", "payé avant vendredi", "person day-unclear"),
        ("2026-01-30", "le 30 février", "person day-unclear"),
        ("2026-03-03", "avant la semaine prochaine", "person day-unclear"),
        ("2026-03-03", "avant la fin de la semaine", "promised 2026-03-08"),
        ("2026-03-03", "payé le 32 mars", "person day-unclear"),
        ("9999-12-31", "demain", "person day-unclear"),
    ],
)
def test_days_are_counted_from_the_day_of_the_reply(as_of, text, expected):
    situation = Situation(as_of=date.fromisoformat(as_of), open_amount=OPEN, language="fr")

    assert expected == told(understand(text, situation))


def test_a_number_is_an_answer_only_where_answers_were_offered():
    assert told(heard("2", choices=5)) == "choice 2"
    assert told(heard("2.", choices=5)) == "choice 2"
    assert told(heard("6", choices=5)) == "person no-such-choice"
    assert told(heard("12345", choices=5)) == "person no-such-choice"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.000,50 € vendredi", "promised 2026-03-06 1000.50"),
        ("1 000,50 € vendredi", "promised 2026-03-06 1000.50"),
        ("1,000.50 € vendredi", "promised 2026-03-06 1000.50"),
        ("1.000 € vendredi", "promised 2026-03-06 1000.00"),
        ("2000 € vendredi", "promised 2026-03-06"),
        ("€ 12,5 vendredi", "promised 2026-03-06 12.50"),
        ("10 € vendredi 20 €", "person several"),
        ("10 € et 20 € vendredi et lundi", "person several"),
        ("je paie 10 € en 3 fois", "person several"),
        ("vendredi et lundi", "person several"),
        ("je paie en 2 fois en 3 fois", "person several"),
        ("10 € vendredi et tout lundi", "person several"),
        ("retard 10 € vendredi", "person words"),
        ("je serai en retard, 10 € vendredi", "person several"),
        ("c'est payé, envoyez la facture", "person several"),
        ("je conteste 10 €", "disputed other 10.00"),
        ("je conteste 10 € et 20 €", "person several"),
        ("oui 10 €", "person several"),
        ("je paie tout", "pays"),
        ("je paie 10 €", "pays 10.00"),
        ("en 2 fois : 10 € vendredi, 20 € lundi", "plan 2 2026-03-06:10.00 2026-03-09:20.00"),
        ("en 3 fois : 10 € vendredi, 20 € lundi", "person several"),
        ("vendredi 10 €, lundi 20 €", "plan 2 2026-03-06:10.00 2026-03-09:20.00"),
        ("10 € vendredi, 20 € le 31 février", "person day-unclear"),
    ],
)
def test_amounts_go_with_days_or_with_nothing(text, expected):
    situation = Situation(as_of=AS_OF, open_amount=Money(2000_00, "EUR"), language="fr")

    assert expected == told(understand(text, situation))


def test_amounts_of_another_kind_of_money_are_for_a_person():
    yen = Situation(as_of=AS_OF, open_amount=Money(5000, "JPY"), language="fr")

    assert told(understand("50 € vendredi", yen)) == "person amount-unclear"
    assert told(heard("1,2,3 € vendredi")).startswith("person")
    assert told(heard("1.2.3 € vendredi")).startswith("person")


def test_a_long_letter_is_for_a_person():
    assert heard("vendredi " * 100).doubt is Doubt.TOO_LONG


def test_two_languages_that_mean_two_things_are_for_a_person():
    assert told(heard("no", "")) in ("no", "person several")
