"""Turn a trace into sentences, in English or French.

The module decides the words; what is said was recorded when the decision was taken. Reasons are
spelled out by the book, facts by the vocabulary.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from dunning_sdk.domain.fact import Fact
from dunning_sdk.domain.occurrence import OccurrenceKind
from dunning_sdk.rules.book import Book
from dunning_sdk.rules.signal import Signal
from dunning_sdk.rules.trace import TraceEntry, plain
from dunning_sdk.rules.vocabulary import FACTS_BY_KIND, Language

_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "row": "row",
        "rows": "rows",
        "otherwise": "otherwise",
        "because": "because",
        "so": "so",
        "by": "plugin",
        "law": "law",
        "true": "yes",
        "false": "no",
        "null": "unknown",
        "colon": ":",
    },
    "fr": {
        "row": "ligne",
        "rows": "lignes",
        "otherwise": "sinon",
        "because": "car",
        "so": "donc",
        "by": "extension",
        "law": "loi",
        "true": "oui",
        "false": "non",
        "null": "inconnu",
        "colon": " :",
    },
}


_KINDS: Final[Mapping[Language, Mapping[OccurrenceKind, str]]] = {
    "en": {kind: kind.value.replace("-", " ") for kind in OccurrenceKind},
    "fr": {
        OccurrenceKind.INVOICED: "facturée",
        OccurrenceKind.OVERDUE: "en retard depuis",
        OccurrenceKind.PAYMENT: "paiement",
        OccurrenceKind.SETTLED: "soldée",
        OccurrenceKind.PAYMENT_RETURNED: "paiement rejeté",
        OccurrenceKind.PROMISED: "promesse",
        OccurrenceKind.PROMISE_KEPT: "promesse tenue",
        OccurrenceKind.PROMISE_BROKEN: "promesse rompue",
        OccurrenceKind.PLAN_AGREED: "plan de paiement convenu",
        OccurrenceKind.PLAN_BROKEN: "plan de paiement rompu",
        OccurrenceKind.DISPUTED: "litige",
        OccurrenceKind.NOTICE: "relance",
        OccurrenceKind.FORMAL_NOTICE: "mise en demeure",
        OccurrenceKind.REPLIED: "réponse",
    },
}


def explain(trace: Iterable[TraceEntry], book: Book, *, language: Language = "en") -> str:
    """Return a trace as text: per rule a heading, what was seen, what follows.

    Args:
        trace: As a decision holds it.
        book: Whose titles and reasons are used.
        language: Of the text.
    """
    labels = fact_labels(book.facts, language=language)
    return "\n".join(line for entry in trace for line in _lines(entry, book, language, labels))


def fact_labels(added: Iterable[Fact] = (), *, language: Language) -> dict[str, str]:
    """Return what each fact is called, by its dotted name.

    Args:
        added: Facts of a book.
        language: Of the labels.
    """
    return {
        fact.name: fact.label if language == "en" else fact.label_fr
        for facts in (*FACTS_BY_KIND.values(), tuple(added))
        for fact in facts
    }


def signal_lines(signal: Signal, language: Language) -> Iterator[str]:
    """Yield what a signal says of a debtor, and below it what made it so.

    Args:
        signal: Folded.
        language: Of the words.
    """
    words = _WORDS[language]
    yield f"signal.{signal.name}{words['colon']} {_said(signal.value, words)}"
    for one in signal.made_by:
        parts = [one.on.isoformat(), _KINDS[language][one.kind], one.receivable_id]
        yield f"  {' '.join(part for part in parts if part)}"


def _lines(
    entry: TraceEntry, book: Book, language: Language, labels: Mapping[str, str]
) -> Iterator[str]:
    words = _WORDS[language]
    rule = book.rules.get(entry.rule)
    title = f"{words['colon']} {rule.title}" if rule else ""
    parts = [entry.rule, _rows(entry.rows, words)]
    parts += [f"{words['by']} {entry.plugin}"] if entry.plugin else []
    yield f"{', '.join(part for part in parts if part)}{title}"
    for name, value in entry.inputs.items():
        yield f"  {words['because']} {labels.get(name, name)}{words['colon']} {_said(value, words)}"
    for name, value in entry.parameters.items():
        yield f"  {words['law']} {name}{words['colon']} {_said(value, words)}"
    for name, value in entry.outcome.items():
        if value not in (None, "", ()):
            said = _reasons(value, book, language) or _said(value, words)
            yield f"  {words['so']} {name}{words['colon']} {said}"


def _rows(rows: tuple[int, ...], words: Mapping[str, str]) -> str:
    if rows == (0,):
        return words["otherwise"]
    named = ", ".join(map(str, rows))
    return named and f"{words['row' if len(rows) == 1 else 'rows']} {named}"


def _reasons(value: object, book: Book, language: Language) -> str:
    listed = value if isinstance(value, tuple) else (value,)
    found = [book.reasons[one] for one in listed if isinstance(one, str) and one in book.reasons]
    return " ".join(one.en if language == "en" else one.fr for one in found)


def say_value(value: Any, language: Language) -> str:  # noqa: ANN401 - any value of a fact
    """Return a value of a fact in words: yes, no and unknown are spelled out."""
    return _said(value, _WORDS[language])


def _said(value: Any, words: Mapping[str, str]) -> str:  # noqa: ANN401 - any value of a fact
    said = plain(value)
    if isinstance(said, dict):
        return ", ".join(f"{name} {_said(item, words)}" for name, item in said.items())
    if isinstance(said, list):
        return ", ".join(_said(item, words) for item in said)
    if said is None or isinstance(said, bool):
        return words["null" if said is None else str(said).lower()]
    return str(said) or '""'
