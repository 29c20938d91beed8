"""All there is to say about one receivable on one day, and the lines that say it.

The record is data; `lines_of` is its one text, whether nothing was run or a run was.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from dunning_sdk.debtors.letters import Letter
from dunning_sdk.decisions.decision import CalendarEntry
from dunning_sdk.decisions.recovery_view import Recovery
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import ActRecord, Stop
from dunning_sdk.proposals.forecasting import HORIZON_DAYS, Forecast
from dunning_sdk.rules.signal import Signal
from dunning_sdk.rules.trace import TraceEntry
from dunning_sdk.rules.vocabulary import Language
from dunning_sdk.verify.explain import signal_lines
from dunning_sdk.verify.needs import Need

UNDECIDED: Final = "undecided"
"""A fact is missing, or does not fit the rule that reads it; a run stops at it."""

_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "head": "{id} on {as_of}: {outcome}",
        "because": "because {text} ({reason})",
        "state": "open {open}, due on {due}, cycle {cycle}, chaser {chaser}",
        "state-alone": "open {open}, due on {due}, cycle {cycle}",
        "asked": "asked for {asked}",
        "borne": "{borne} borne by the creditor, never asked for: bank charges, exchange",
        "book": "book {book}",
        "step": "next step {step}",
        "step-on": "next step {step}, not before {on}",
        "needs": "it happens once",
        "way": "nearest",
        "when": "if nothing else happens: {step} on {on}, by {actor}",
        "when-approved": "if nothing else happens: {step} on {on}, by {actor}, once approved",
        "never": "if nothing else happens: never, unless that changes",
        "far": "if nothing else happens: not within {days} days",
        "act": "{on} {step}: {status}",
        "stop": "stop {id} of {amount} since {since}, {owner}: {state}",
        "stop-open": "in force",
        "stop-until": "in force until {until}",
        "stop-asked": "in force, asked about on {ask}",
        "letter": "letter {step}, {channel} {reference}",
        "posted": "posted on {on}",
        "delivered": "delivered on {on}",
        "refused": "refused on {on}",
        "unclaimed": "not collected, said on {on}",
        "returned": "came back on {on}",
        "yes": "counts as given",
        "no": "does not count as given",
        "unsettled": "a person says whether it counts",
        "file": "{name} kept, SHA-256 {digest}",
    },
    "fr": {
        "head": "{id} le {as_of} : {outcome}",
        "because": "car {text} ({reason})",
        "state": "reste dû {open}, échéance {due}, cycle {cycle}, relance par {chaser}",
        "state-alone": "reste dû {open}, échéance {due}, cycle {cycle}",
        "asked": "demandé {asked}",
        "borne": "{borne} à la charge du créancier, jamais demandé : frais bancaires, change",
        "book": "livre {book}",
        "step": "prochaine étape {step}",
        "step-on": "prochaine étape {step}, pas avant le {on}",
        "needs": "il faut",
        "way": "au plus près",
        "when": "si rien d’autre n’arrive : {step} le {on}, par {actor}",
        "when-approved": "si rien d’autre n’arrive : {step} le {on}, par {actor}, si approuvée",
        "never": "si rien d’autre n’arrive : jamais, sauf si cela change",
        "far": "si rien d’autre n’arrive : pas dans les {days} jours",
        "act": "{on} {step} : {status}",
        "stop": "arrêt {id} de {amount} depuis le {since}, {owner} : {state}",
        "stop-open": "en vigueur",
        "stop-until": "en vigueur jusqu’au {until}",
        "stop-asked": "en vigueur, à revoir le {ask}",
        "stop-settled": "réglé",
        "stop-kept": "tenue",
        "stop-part-kept": "tenue en partie",
        "stop-broken": "non tenue",
        "stop-accepted": "accepté",
        "stop-rejected": "rejeté",
        "stop-withdrawn": "retiré",
        "letter": "courrier {step}, {channel} {reference}",
        "posted": "posté le {on}",
        "delivered": "remis le {on}",
        "refused": "refusé le {on}",
        "unclaimed": "non réclamé, constaté le {on}",
        "returned": "revenu le {on}",
        "yes": "vaut remise",
        "no": "ne vaut pas remise",
        "unsettled": "une personne dit s’il vaut remise",
        "file": "{name} conservé, SHA-256 {digest}",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why, or why not, something is done about one receivable, and what comes next.

    Attributes:
        receivable_id: Which.
        as_of: Day explained.
        language: Of the texts.
        outcome: What a run would do; `UNDECIDED` where a rule cannot be evaluated.
        reasons: Reason id to its text in the language asked for.
        step_id: Step meant; empty if none.
        act_on: First day of that step.
        bounds: What keeps the step from an earlier day, and the first day it allows.
        open_amount: What is owed.
        asked: What would be asked for; ``None`` without a step.
        borne: What the creditor bore of a payment that did not fit; ``None`` where nothing.
        due_on: Due date in force.
        cycle: Cycle in force.
        chaser: Who pursues it.
        book: Book id, version and hash.
        stops: Every stop so far, with those over, oldest first.
        acts: What was done or tried, oldest first.
        calendar: The whole escalation calendar; empty where nothing more can be done.
        signals: What the book's signals say of the debtor, with what made them.
        trace: Every rule row that spoke.
        grounds: The trace in words.
        needs: What would have to change for the next step to happen; all of it has to.
        forecast: When it will, if nothing else happens.
        review_on: When it is looked at next.
        recovery: Where recovery after the formal notice stands, with time limits and the clocks
            of limitation; ``None`` where nothing can be decided.
        letters: What became of the letters, with the proofs kept.
    """

    receivable_id: str
    as_of: date
    language: Language
    outcome: str
    reasons: dict[str, str]
    step_id: str = ""
    act_on: date | None = None
    bounds: dict[str, date] = field(default_factory=dict)
    open_amount: Money
    asked: Money | None = None
    borne: Money | None = None
    due_on: date
    cycle: int
    chaser: str = ""
    book: str = ""
    stops: tuple[Stop, ...] = ()
    acts: tuple[ActRecord, ...]
    calendar: tuple[CalendarEntry, ...] = ()
    signals: tuple[Signal, ...] = ()
    trace: tuple[TraceEntry, ...] = ()
    grounds: str = ""
    needs: tuple[Need, ...]
    forecast: Forecast
    review_on: date | None = None
    recovery: Recovery | None = None
    letters: tuple[Letter, ...] = ()


def lines_of(found: Explanation) -> Iterator[str]:
    """Yield an explanation as lines of text; the escalation calendar is a table of its own."""
    words = _WORDS[found.language]
    yield words["head"].format(id=found.receivable_id, as_of=found.as_of, outcome=found.outcome)
    told = (line for signal in found.signals for line in signal_lines(signal, found.language))
    body = (*_why(found, words), *_what_next(found, words), *found.grounds.splitlines(), *told)
    acts = (
        words["act"].format(on=act.on, step=act.step_id, status=act.status.value)
        for act in found.acts
    )
    letters = (text for letter in found.letters for text in letter_lines(letter, found.language))
    stops = (_stop_line(stop, found, words) for stop in found.stops)
    for line in (*body, *stops, *acts, *letters):
        yield f"  {line}"


def letter_lines(letter: Letter, language: Language = "en") -> Iterator[str]:
    """Yield what became of a letter as lines of text: the letter, then each file kept."""
    words = _WORDS[language]
    head = words["letter"].format(
        step=letter.step_id, channel=letter.channel, reference=letter.reference
    )
    said = [words["posted"].format(on=letter.posted_on)] if letter.posted_on else []
    if letter.outcome is not None and letter.counts is not None:
        said += [words[letter.outcome].format(on=letter.outcome_on), words[letter.counts]]
    yield f"{head.strip().rstrip(',')}: {', '.join(said)}"
    for file in letter.files:
        yield "  " + words["file"].format(name=file.name or file.media_type, digest=file.digest)


def _stop_line(stop: Stop, found: Explanation, words: Mapping[str, str]) -> str:
    """Return what a stop is about, who looks after it, and how it ended or when it is looked at."""
    part = stop.amount_minor or stop.promised_minor
    whole = Money(part, found.open_amount.currency) if part else found.open_amount
    word = "stop-open" if stop.ask_again_on is None else "stop-asked"
    if stop.until_on is not None:
        word = "stop-until"
    state = words[word].format(until=stop.until_on, ask=stop.ask_again_on)
    outcome = stop.outcome_on(found.as_of)
    return words["stop"].format(
        id=" ".join(filter(None, (stop.id, stop.part, stop.category))),
        amount=whole,
        since=stop.placed_on,
        owner=stop.owner or "–",
        state=words.get(f"stop-{outcome}", outcome) if outcome else state,
    )


def _why(found: Explanation, words: Mapping[str, str]) -> Iterator[str]:
    for reason, text in found.reasons.items():
        yield words["because"].format(text=text.rstrip("."), reason=reason)
    yield words["state" if found.chaser else "state-alone"].format(
        open=found.open_amount, due=found.due_on, cycle=found.cycle, chaser=found.chaser
    )
    if found.asked is not None and found.asked != found.open_amount:
        yield words["asked"].format(asked=found.asked)
    if found.borne is not None:
        yield words["borne"].format(borne=found.borne)
    if found.book:
        yield words["book"].format(book=found.book)


def _what_next(found: Explanation, words: Mapping[str, str]) -> Iterator[str]:
    if found.step_id:
        word = "step" if found.act_on is None else "step-on"
        yield words[word].format(step=found.step_id, on=found.act_on)
    for need in found.needs:
        yield f"{words['needs']} {need.text}"
        way = f"{words['way']} " if need.ways else ""
        yield from (f"  {way}{said}" for said in need.said)
    ahead = found.forecast
    if ahead.on is None:
        yield words["never" if ahead.never else "far"].format(days=HORIZON_DAYS)
        return
    word = "when-approved" if ahead.needs_approval else "when"
    yield words[word].format(step=ahead.step_id, on=ahead.on, actor=ahead.actor)
