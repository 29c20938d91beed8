"""Say what an invariant is about: one rule, or all rules of a kind together.

The module decides how rules of a kind act together: every guard has to allow, the least amount
counts; the first mandate in force decides, and without one the creditor chases for himself.
Every other rule is looked at by itself.

Source: `dunning_sdk.decisions.guards` and `dunning_sdk.decisions.mandate`, which are what is
said here; the tests run counterexamples through them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import z3

from dunning_sdk.decisions.mandate import decide_mandate
from dunning_sdk.rules.book import Book, TableRule
from dunning_sdk.rules.kind import ANY_CURRENCY, RESULTS_BY_KIND
from dunning_sdk.rules.vocabulary import vocabulary_of
from dunning_sdk.verify import symbol as s
from dunning_sdk.verify.answer import Answer
from dunning_sdk.verify.encode import Encoder
from dunning_sdk.verify.encode_table import encode_table
from dunning_sdk.verify.symbol import Symbol
from dunning_sdk.verify.world import World

GUARDS: Final = "guards"
MANDATE: Final = "mandate"
_TOGETHER: Final = frozenset({GUARDS, MANDATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Rules that answer together.

    Attributes:
        name: Id of the one rule, or the kind.
        rules: In the order asked.
        answer: What they answer together.
        world: Their facts.
    """

    name: str
    rules: tuple[TableRule, ...]
    answer: Answer
    world: World

    def decide(self, book: Book, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the rules themselves answer.

        Args:
            book: Whose rules they are.
            facts: Nested, with ``as_of``.

        Raises:
            DunningError: A rule raised.
        """
        if self.name == MANDATE:
            mandate, _ = decide_mandate(book, facts)
            return {one.name: getattr(mandate, one.name) for one in RESULTS_BY_KIND[MANDATE]}
        told = [rule.decide(facts).values for rule in self.rules if rule.in_force(facts["as_of"])]
        if self.name != GUARDS:
            return dict(told[0])
        amounts = [one["amount"] for one in told if one["amount"] is not None]
        denials = [one["reason"] for one in told if one["allow"] is not True]
        return {
            "allow": not denials,
            "amount": min(amounts, default=None),
            "reason": next(iter(denials), ""),
        }


def subjects_of(book: Book, about: str) -> tuple[Subject, ...]:
    """Return the rules of a book that an invariant is about.

    Args:
        book: Whose rules.
        about: A kind, or the id of one rule.
    """
    kind = about.split(".")[0]
    rules = book.of_kind(kind) if about == kind else tuple(_named(book, about))
    if about in _TOGETHER:
        return (_together(book, about, rules),)
    return tuple(_alone(book, rule) for rule in rules)


def world_of(kind: str, rules: Sequence[TableRule], *books: Book) -> World:
    """Return the facts of some rules; amounts are in their currency, or else in EUR."""
    named = [rule.currency for rule in rules if rule.currency != ANY_CURRENCY]
    facts = {fact.name: fact for book in books for fact in book.facts}
    return World(vocabulary=vocabulary_of(kind, facts.values()), currency=next(iter(named), "EUR"))


def encoded(book: Book, rule: TableRule, world: World) -> Answer:
    """Return what a rule answers; in another currency than its own it raises."""
    answer = encode_table(book, rule, world)
    if rule.currency in (ANY_CURRENCY, world.currency):
        return answer
    return replace(answer, given=z3.BoolVal(False))


def in_force(rule: TableRule, world: World) -> Any:  # noqa: ANN401 - z3 has no types
    """Return the term that says a rule applies on the day decided for."""
    day = world.fact("as_of").term
    told = [z3.BoolVal(True)]
    if rule.start_on is not None:
        told.append(day >= _ordinal(rule.start_on))
    if rule.until_on is not None:
        told.append(day < _ordinal(rule.until_on))
    return z3.And(told)


def _named(book: Book, rule_id: str) -> list[TableRule]:
    rule = book.rule(rule_id)
    return [rule] if isinstance(rule, TableRule) else []


def _alone(book: Book, rule: TableRule) -> Subject:
    world = world_of(rule.kind, [rule], book)
    answer = encoded(book, rule, world)
    return Subject(name=rule.id, rules=(rule,), answer=answer, world=world)


def _together(book: Book, kind: str, rules: tuple[TableRule, ...]) -> Subject:
    world = world_of(kind, rules, book)
    answers = [encoded(book, rule, world) for rule in rules]
    active = [in_force(rule, world) for rule in rules]
    join = _guards if kind == GUARDS else _mandate
    answer = join(answers, active, world)
    opaque = tuple(place for one in answers for place in one.opaque)
    return Subject(name=kind, rules=rules, answer=replace(answer, opaque=opaque), world=world)


def _guards(answers: Sequence[Answer], active: Sequence[Any], world: World) -> Answer:
    allow, amount = z3.BoolVal(True), s.NULL
    reason = Encoder(world=world).literal("")
    for answer, asked in zip(reversed(answers), reversed(active), strict=True):
        fields = answer.fields
        denies = z3.And(asked, z3.Not(fields["allow"].term))
        reason = s.choice(denies, fields["reason"], reason)
        amount = s.choice(asked, _less(fields["amount"], amount), amount)
        allow = z3.And(allow, z3.Not(denies))
    given = [z3.Or(z3.Not(asked), one.given) for one, asked in zip(answers, active, strict=True)]
    return Answer(
        given=z3.And(given) if given else z3.BoolVal(True),
        row=z3.IntVal(0),
        fields={"allow": s.truth(allow), "amount": amount, "reason": reason},
    )


def _less(one: Symbol, other: Symbol) -> Symbol:
    if "null" in (one.sort, other.sort):
        return other if one.sort == "null" else one
    less = s.choice(s.order("<", one, other).term, one, other)
    return s.choice(one.is_null, other, s.choice(other.is_null, one, less))


def _mandate(answers: Sequence[Answer], active: Sequence[Any], world: World) -> Answer:
    encoder = Encoder(world=world)
    own = {
        "chaser": "creditor",
        "collects": "creditor",
        "letterhead": "creditor",
        "procedure": "",
        "debtor_told": False,
        "follow": True,
    }
    fields = {name: encoder.literal(value) for name, value in own.items()}
    given = z3.BoolVal(True)
    for answer, asked in zip(reversed(answers), reversed(active), strict=True):
        fields = {name: s.choice(asked, answer.fields[name], fields[name]) for name in fields}
        given = z3.If(asked, answer.given, given)
    return Answer(given=given, row=z3.IntVal(0), fields=fields)


def _ordinal(day: date) -> int:
    return day.toordinal()
