"""Read what a book says must always be true of its answers.

The module decides what an invariant may name: the facts of the rules it is about, and what they
answer, as ``outcome.FIELD``. Whether an invariant is true is decided in `verify.prove`.

An invariant is no part of what decides, so it does not count for the hash of a book.
"""

from dataclasses import dataclass
from typing import Final

from dunning_sdk.domain.fact import Fact
from dunning_sdk.feel.types import BOOLEAN, STRING, ContextType, EnumType, ListType, Type
from dunning_sdk.rules.book_file import BookFile
from dunning_sdk.rules.cell import Expression
from dunning_sdk.rules.expression import Scribe
from dunning_sdk.rules.function import Functions
from dunning_sdk.rules.kind import RESULTS_BY_KIND, ResultField
from dunning_sdk.rules.report import Report
from dunning_sdk.rules.vocabulary import Vocabulary, vocabulary_of
from dunning_sdk.strict_yaml import YamlMapping, YamlNode

OUTCOME: Final = "outcome"
INVARIANTS: Final = "invariants"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """What must be true of every answer.

    Attributes:
        id: Name within the book.
        title: One line for people.
        about: A kind of rule, such as ``guards``, or the id of one rule.
        when: Facts it is about; ``None`` for all.
        holds: What must be true there of the facts and of ``outcome``.
        file: Where it stands.
        line: Where it stands, from 1.
        column: Where it stands, from 1.
    """

    id: str
    title: str
    about: str
    when: Expression | None = None
    holds: Expression
    file: str
    line: int = 1
    column: int = 1

    @property
    def calls(self) -> tuple[str, ...]:
        """Return the names of the book's functions it calls."""
        return (*(self.when.calls if self.when else ()), *self.holds.calls)

    @property
    def kind(self) -> str:
        """Return the kind of the rules it is about."""
        return self.about.split(".")[0]


def read_invariants(
    file: BookFile,
    node: YamlMapping,
    report: Report,
    *,
    rules: tuple[str, ...],
    facts: tuple[Fact, ...] = (),
    functions: Functions | None = None,
) -> tuple[Invariant, ...]:
    """Return the invariants of a book; findings say what is wrong with the others.

    Args:
        file: The keys and values of ``book.yaml``.
        node: The same with their places.
        report: Where findings go.
        rules: Ids of the rules of the book.
        facts: Facts of plugins.
        functions: Functions of the book; ``None`` for none.
    """
    known = functions or Functions()
    listed = node.get(INVARIANTS)
    found: list[Invariant] = []
    entries = listed.entries if isinstance(listed, YamlMapping) else ()
    for key, entry in [(key, one) for key, one in entries if isinstance(one, YamlMapping)]:
        said = file.invariants[key.raw]
        kind = said.about.split(".")[0]
        if kind not in RESULTS_BY_KIND or (said.about != kind and said.about not in rules):
            about = (*RESULTS_BY_KIND, *rules)
            report.add_unknown(entry["about"], what="rule", name=said.about, known=about)
            continue
        vocabulary = vocabulary_of(kind, facts)
        when = _condition(entry.get("when"), _scribe(vocabulary, report, known, outcome=None))
        holds = _condition(entry["holds"], _scribe(vocabulary, report, known, outcome=kind))
        if holds is None or (when is None and "when" in entry):
            continue
        found.append(
            Invariant(
                id=key.raw,
                title=said.title,
                about=said.about,
                when=when,
                holds=holds,
                file=report.file,
                line=key.line,
                column=key.column,
            )
        )
    return tuple(found)


def _condition(node: YamlNode | None, scribe: Scribe) -> Expression | None:
    return None if node is None else scribe.expression(node, expected=BOOLEAN)


def _scribe(
    vocabulary: Vocabulary, report: Report, functions: Functions, *, outcome: str | None
) -> Scribe:
    types = dict(vocabulary.types())
    if outcome is not None:
        types[OUTCOME] = ContextType({one.name: _type(one) for one in RESULTS_BY_KIND[outcome]})
    return Scribe(vocabulary=vocabulary, report=report, types=types, functions=functions)


def _type(one: ResultField) -> Type:
    """Return the type of a result field; words of a book's own lists are plain texts here."""
    type_: Type = STRING if isinstance(one.type, EnumType) and one.words else one.type
    return ListType(type_) if one.many else type_
