"""What is asked for beside the principal, by columns."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from dunning_sdk.decisions.charge import AgreedRate, ChargeLaw
from dunning_sdk.decisions.charges import of_consumer, refusal_of, told_of, wish_of
from dunning_sdk.decisions.decision import Outcome
from dunning_sdk.domain.charge import ChargeKind
from dunning_sdk.errors import DunningError
from dunning_sdk.law.claim import Mechanism, Rounding
from dunning_sdk.portfolio.block import Block
from dunning_sdk.portfolio.book import CompiledBook
from dunning_sdk.portfolio.column import Array, Column, Kind
from dunning_sdk.portfolio.columns import grouped
from dunning_sdk.portfolio.figure import NEEDED, UNVERIFIED, terms_of, work_out
from dunning_sdk.portfolio.figures import Figures, new_figures
from dunning_sdk.portfolio.outcome import NO_AMOUNT, VERDICTS, Answer
from dunning_sdk.portfolio.rates import Rates
from dunning_sdk.portfolio.report import Paths
from dunning_sdk.portfolio.row import entry_at, receivable_at
from dunning_sdk.portfolio.single import CHARGED, Asked, charges_of
from dunning_sdk.portfolio.table import Decider
from dunning_sdk.rules.book import RuleOutcome
from dunning_sdk.rules.trace import TraceEntry

if TYPE_CHECKING:
    from dunning_sdk.portfolio.tail import Due

_TERMS: Final = (
    *("charges.jurisdiction", "currency", "receivable.is_financed", "debtor.is_company"),
)
TRANSFERS: Final = ("", "none", "assignment", "subrogation")


class Charging:
    """Decides charges for the blocks of one portfolio; not shared by threads.

    Args:
        compiled: The book.
        law: What it asks.
        asked: The day.
        deciders: By rule id.

    Attributes:
        paths: How many rows had their figures worked out which way.
    """

    def __init__(
        self,
        compiled: CompiledBook,
        law: ChargeLaw,
        asked: Asked,
        deciders: dict[str, Decider],
    ) -> None:
        self._law = law
        rates = Rates(law=law, as_of=asked.as_of)
        self._looked_up = compiled.looked_up.on(rates)
        self._compiled, self._asked, self._deciders = compiled, asked, deciders
        self._rules = compiled.book.of_kind("charges", on=asked.as_of)
        self.paths = Paths()

    def decide(self, block: Block, due: "Due") -> None:
        """Write what each row that is due asks for beside the principal.

        Raises:
            EvaluationError: A charges rule cannot be decided about some row.
        """
        steps = due.procedure.steps
        due = due.keep(due.per_step([step.action in CHARGED for step in steps], np.bool_))
        if not len(due.rows):
            return
        self._charge_facts(block, due)
        said = [self._deciders[rule.id].decide(due.facts) for rule in self._rules]
        for rule, codes in zip(self._rules, said, strict=True):
            block.draft.answer(rule.id, due.rows, codes)
        asks = np.zeros(len(due.rows), dtype=np.bool_)
        for rule, codes in zip(self._rules, said, strict=True):
            asks |= np.array([_asks(one) for one in self._deciders[rule.id].codes.values])[codes]
        self._told(block, due.rows[~asks], [codes[~asks] for codes in said])
        if asks.any():
            self._by_terms(block, due, np.flatnonzero(asks), said)

    def _charge_facts(self, block: Block, due: "Due") -> None:
        """Make the facts of charges known."""
        facts = due.facts
        transfer = self._law.transfer.value if self._law.transfer else ""
        financed = facts["receivable.is_financed"].values
        codes = np.where(financed, TRANSFERS.index(transfer), TRANSFERS.index("none"))
        words = TRANSFERS
        facts.put("charges.transfer", Column(kind=Kind.TEXT, values=codes, words=words))
        left = sum(block.columns[f"past.{kind.value}_open"].values[due.rows] for kind in ChargeKind)
        facts.put("charges.open_amount", Column(kind=Kind.MONEY, values=np.asarray(left)))

    def _told(self, block: Block, rows: Array, said: list[Array]) -> None:
        """Write the reasons of rows that ask for nothing."""
        if not len(rows) or not self._rules:
            return
        first, which = grouped(*said)
        codes = []
        for at in first.tolist():
            told: tuple[str, ...] = ()
            for rule, part in zip(self._rules, said, strict=True):
                told += dict(self._deciders[rule.id].codes.values[part[at]].values)["reasons"]
            codes.append(block.code("told", told))
        block.write("told", rows, np.array(codes)[which])

    def _by_terms(self, block: Block, due: "Due", asks: Array, said: list[Array]) -> None:
        """Work out rows that ask for charges, those together that agree in their terms."""
        columns, rows = block.columns, due.rows[asks]
        rate = columns["charges.agreed_rate"].take(rows)
        known = np.ones(len(rows), dtype=np.bool_) if rate.known is None else rate.known
        kinds = columns["receivable.kind"]
        is_charges = np.array([word == "charges" for word in kinds.words])[kinds.values[rows]]
        parts = [codes[asks] for codes in said]
        parts += [columns[name].values[rows] for name in _TERMS]
        parts += [is_charges, known, np.where(known, rate.values, 0)]
        first, which = grouped(*parts)
        for number, at in enumerate(first.tolist()):
            key = [int(part[at]) for part in parts[: len(said)]]
            self._together(block, due, asks[which == number], key)

    def _together(self, block: Block, due: "Due", at: Array, key: list[int]) -> None:
        """Work out rows that agree in answers, jurisdiction, currency, holder and agreed rate."""
        said = [
            outcome_of(rule.id, self._deciders[rule.id].codes.values[code])
            for rule, code in zip(self._rules, key, strict=True)
        ]
        rows = due.rows[at]
        law, receivable = self._law_of(block, int(rows[0])), receivable_at(block.columns, rows[0])
        wish, told, refusal = wish_of(said), told_of(said), refusal_of(receivable, law)
        if not due.facts["debtor.is_company"].values[at[0]]:
            allowed = of_consumer(wish)
            told = told if allowed == wish else (*told, "charges-not-of-consumer")
            wish = allowed
        if refusal or not wish.kinds:
            told = (*told, refusal) if refusal else told
            block.write("told", rows, block.code("told", told))
            return
        columns = block.columns.only(NEEDED, ("acts", "stops", "movements")).take(rows)
        mechanism = law.transfer_of(receivable) or Mechanism.NONE
        figures = new_figures(columns, law, wish, mechanism, self._asked.as_of)
        try:
            is_tabled = self._is_tabled(figures)
            work_out(figures, self._looked_up)
        except DunningError:
            is_tabled = False
        if not is_tabled:
            figures.left = np.ones(len(rows), dtype=np.bool_)
        self._write(block, due, at, figures, told)
        left = at[figures.left].tolist()
        self.paths += Paths(columns=len(rows) - len(left), one_by_one=len(left))
        for place in left:
            self._one(block, due, place)

    def _is_tabled(self, figures: Figures) -> bool:
        if figures.law.rounding is not Rounding.ONCE:
            return False
        asks = ChargeKind.INTEREST in figures.wish.kinds
        return not asks or self._looked_up.rates.is_tabled(terms_of(figures))

    def _law_of(self, block: Block, row: int) -> ChargeLaw:
        rate = block.columns["charges.agreed_rate"].value(row)
        agreed = None if rate is None else AgreedRate(yearly=rate / 100, source="")
        jurisdiction = block.columns["charges.jurisdiction"].value(row)
        return replace(self._law, jurisdiction=jurisdiction, agreed=agreed)

    def _write(
        self, block: Block, due: "Due", at: Array, figures: Figures, told: tuple[str, ...]
    ) -> None:
        """Write what is asked for, what was asked for before and is unpaid among it."""
        rows = due.rows[at]
        for kind, asked in figures.asked.items():
            carried = figures.charge(kind, "open") + figures.new[kind]
            has = asked & (carried != 0)
            block.write(kind.value, rows, np.where(has, carried, NO_AMOUNT))
        bits = np.zeros(len(rows), dtype=np.int64)
        for number, (_, said) in enumerate(figures.reasons):
            bits |= said.astype(np.int64) << number
        for one in np.unique(bits).tolist():
            names = [name for at, (name, _) in enumerate(figures.reasons) if one >> at & 1]
            code = block.code("told", tuple(dict.fromkeys((*told, *names))))
            block.write("told", rows[bits == one], code)
        legal = due.per_step([step.legal_effect for step in due.procedure.steps], np.bool_)[at]
        self._hold(block, rows[figures.doubtful & legal & ~figures.left])

    def _hold(self, block: Block, rows: Array) -> None:
        """Hold what has legal effect and rests on law that is not verified."""
        block.draft.verdict[rows] = VERDICTS.index(Outcome.HELD)
        block.write("reasons", rows, block.code("reasons", (UNVERIFIED,)))

    def _one(self, block: Block, due: "Due", at: int) -> None:
        """Work out one row as it is done one by one."""
        row = int(due.rows[at])
        entry = entry_at(
            block.columns,
            row,
            self._compiled.schema,
            operator=self._compiled.operator,
            as_of=self._asked.as_of,
        )
        names = {name for rule in self._rules for name in rule.reads}
        names |= {"as_of", "currency", "debtor.is_company"}
        facts = due.facts.nested(at, sorted(names))
        charges = charges_of(self._compiled.book, entry, facts, self._law)
        block.write("told", row, block.code("told", charges.reasons))
        for name in ("interest", "compensation", "fee"):
            amount = getattr(charges, name)
            block.write(name, row, NO_AMOUNT if amount is None else amount.minor)
        if charges.unverified and due.procedure.steps[due.place[at]].legal_effect:
            self._hold(block, np.array([row]))


def _asks(answer: Answer) -> bool:
    """Tell whether an answer asks for any charge."""
    values = dict(answer.values)
    fee = values["fee"]
    return bool(values["interest"] or values["compensation"] or (fee is not None and fee > 0))


def outcome_of(rule: str, answer: Answer) -> RuleOutcome:
    """Return what a rule answered, as one by one; its trace names the rule alone."""
    values = dict(answer.values)
    return RuleOutcome(
        rows=answer.rows,
        decided=answer.rows,
        values=values,
        trace=(TraceEntry(rule=rule, outcome=values),),
    )
