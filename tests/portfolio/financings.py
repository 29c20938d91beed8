"""Make up what is asked of a financier: books of eligibility and splits, and invoices."""

from datetime import timedelta
from decimal import Decimal
from random import Random
from types import SimpleNamespace

from dunning_sdk.decisions.eligibility import Eligibility, decide_eligibility, held_to_contract
from dunning_sdk.decisions.facts import common_facts, financing_facts
from dunning_sdk.decisions.reachable import vat_of
from dunning_sdk.domain.financing import CreditLine
from dunning_sdk.domain.invoice import Invoice, InvoiceLine, Quote, VatSubtotal
from dunning_sdk.domain.money import Money, sum_money, zero
from dunning_sdk.errors import BookError, InvalidSplitError
from dunning_sdk.financing.drafts import Draft
from dunning_sdk.financing.issue import FINANCED
from dunning_sdk.financing.parting import Parter
from dunning_sdk.portfolio.financing_records import Asking
from dunning_sdk.rules.book import Book
from dunning_sdk.rules.load import load_book
from tests.build import a_creditor, a_debtor
from tests.portfolio.books import a_table
from tests.portfolio.portfolios import AS_OF

HEAD = """\
id: made-up
version: "1"
title: A book for tests
currency: {currency}
reasons:
  one: {{en: One., fr: Un.}}
  two: {{en: Two., fr: Deux.}}
"""
CELLS = {
    "debtor.country": ('"\\"FR\\""', '\'not("FR", "DE")\''),
    "debtor.is_company": ("true", "false"),
    "debtor.is_eligible": ("true", "false"),
    "credit_line.available": ('"<= 0"', '"< invoice.total"', '"[100..invoice.total]"', '"> 99.99"'),
    "invoice.total": (
        *('"<= credit_line.available"', '"> 1000"', '"not(< 500)"', '"1200"'),
        '"< 0.5 * credit_line.limit"', '"credit_line.available"', '"? / 3 > 100"',
    ),
    "stage": ("invoice", "quote"),
    "quote.is_signed": ("true", "false"),
    "quote.change_recorded_by": ("creditor", "[creditor, platform]"),
    "inquiry.own_late_share": ('">= 0.5"', '"< 0.25"'),
    "inquiry.press_count": ('">= 2"', "0"),
    "history.late_share": ('"> 0.25"', '"null"'),
}  # fmt: skip
OUTCOMES = (
    "covered", "split", "refused", 'if invoice.total <= credit_line.available then "covered" else '
    '"split"', 'if quote.is_signed and not(inquiry.is_closed) then "covered" else "refused"',
    'if debtor.country = "FR" or invoice.total between 10 and 900 then "split" else "refused"',
)  # fmt: skip
AMOUNTS = (
    "0", "800.00", "0.005", "min(invoice.total, credit_line.available)", "invoice.total * 0.8",
    "max(credit_line.available - 100, 0.5)", "credit_line.limit / 3", "-invoice.total + 2000",
    "if invoice.total > 500 then invoice.total * 0.905 else null",
    "invoice.total * inquiry.own_late_share", "if debtor.is_company then 100.005 else 99.995",
)  # fmt: skip
PARTS = (
    "invoice.reachable_total", "invoice.reachable_total - 100", "500.00", "0",
    "invoice.total * 0.5", "invoice.total / 3",
)  # fmt: skip
SIGNED = Quote(
    number="Q", debtor_id="D", amount=Money(100, "EUR"), signed_on=AS_OF, terms_allow_financing=True
)
DIGITS = "123456789"
MORE = "credit_line.available > invoice.total * 0.7"


def _told_in(texts, is_any: bool):
    """Return what may be said; where amounts are in any currency, none is written as a number."""
    return tuple(
        one for one in texts if not is_any or "*" in one or not set(one) & set("123456789")
    )


def made_up_financing_book(random: Random) -> Book:
    """Return a book; what is drawn and has unreachable rows is drawn anew."""
    while True:
        try:
            return _drawn(random)
        except BookError:
            continue


def _drawn(random: Random) -> Book:
    is_any = random.random() < 0.3
    files = {"book.yaml": HEAD.format(currency="any" if is_any else "EUR")}
    told = {name: _told_in(some, is_any) for name, some in CELLS.items()}
    cells = {name: some for name, some in told.items() if some}
    for at in range(random.choice((0, 1, 1, 1, 2, 2))):
        name, many = f"eligibility.e{at}", random.random() < 0.5
        text = a_table(random, name, cells, lambda: _eligible(random, is_any), many=many)
        merged = f"aggregation: {random.choice(('min', 'max', 'sum'))}\n"
        files[f"{name}.yaml"] = text + random.choice(("", "rounding: half_even\n")) + (
            merged if "rule-order" in text and random.random() < 0.5 else ""
        )  # fmt: skip
    if random.random() < 0.8:
        text = a_table(random, "splitting.s", cells, lambda: _parts(random, is_any))
        files["splitting.s.yaml"] = text
    return load_book(files, label="made-up")


def _eligible(random: Random, is_any: bool) -> str:
    said = [f"outcome: '{random.choice(_told_in(OUTCOMES, is_any))}'"]
    if random.random() < 0.7:
        said.append(f"amount: '{random.choice(_told_in(AMOUNTS, is_any))}'")
    reasons = ("[one]", "[two, one]", "one", f"'if {MORE} then \"two\" else null'")
    if random.random() < 0.6:
        said.append(f"reasons: {random.choice(reasons)}")
    return ", ".join([*said, *(["advice: two"] if random.random() < 0.3 else [])])


def _parts(random: Random, is_any: bool) -> str:
    amount = random.choice(_told_in(PARTS, is_any))
    payees = f"financed_payee: financier, rest_payee: {random.choice(('creditor', 'platform'))}"
    return f"{payees}, financed_amount: {amount}"


def some_askings(random: Random, book: Book, count: int) -> list[Asking]:
    """Return invoices that may be financed, sound and not, at boundaries and between."""
    return [_asking(random, book, is_plain=random.random() < 0.5) for _ in range(count)]


def _asking(random: Random, book: Book, *, is_plain: bool) -> Asking:
    currency = random.choice(("EUR",) * 8 + ("JPY", "BHD")) if book.currency == "any" else "EUR"
    vat = tuple(_vat_row(random, currency, rate) for rate in _rates(random))
    whole = sum_money((row.taxable + row.vat for row in vat), currency)
    prepaid = Money(whole.minor // 7, currency) if random.random() < 0.1 else None
    total = whole - (prepaid or zero(currency)) if vat else Money(1200_00, currency)
    debtor = a_debtor(
        country="FR" if is_plain else random.choice(("FR", "DE", "")),
        is_company=is_plain or random.random() < 0.9,
    )
    common = common_facts(debtor, as_of=AS_OF, operator="financier", currency=currency)
    facts = financing_facts(
        common,
        stage="invoice",
        total=total,
        quote=SIGNED if is_plain else _quote(random),
        credit_line=_line(random, total),
    )
    share = Decimal(random.choice(("0", "0.25", "0.4999", "0.5", "1")))
    facts["inquiry"] = {
        "is_sanctioned": random.random() < 0.1, "is_closed": random.random() < 0.1,
        "is_insolvent": False, "partners_say": random.choice(("", "late", "unpaid")),
        "press_count": random.choice((0, 1, 2)), "own_count": 4, "own_late_share": share,
        "own_days_late_max": 9, "is_known": True,
    }  # fmt: skip
    facts["history"] = {"late_share": random.choice((None, Decimal("0.25"), Decimal("0.3")))}
    return Asking(
        facts=facts,
        vat=vat,
        prepaid=prepaid,
        due_on=random.choice((None, AS_OF - timedelta(days=1), AS_OF, AS_OF + timedelta(days=30))),
        reported_on=random.choice((None, AS_OF, AS_OF - timedelta(days=30), AS_OF - timedelta(31))),
    )


def _rates(random: Random) -> list[str]:
    most = random.choice((0, 1, 1, 1, 1, 2, 3, 4))
    return random.sample(("0.20", "0.10", "0.055", "0", "0.021", "0.5", "0.60"), most)


def _vat_row(random: Random, currency: str, rate: str) -> VatSubtotal:
    taxable = Money(random.choice((1, 3, 99_99, 1000_00, random.randint(1, 10**6))), currency)
    vat = vat_of(taxable, Decimal(rate))
    if random.random() < 0.1:
        vat = Money(max(0, vat.minor + random.choice((-2, 1, 150))), currency)
    return VatSubtotal(category="S", rate=Decimal(rate), taxable=taxable, vat=vat)


def _quote(random: Random) -> Quote | None:
    return random.choice((None, *(Quote(
        number="Q", debtor_id="D", amount=Money(100, "EUR"),
        signed_on=random.choice((None, AS_OF)), terms_allow_financing=random.random() < 0.8,
        changed_by_debtor=random.random() < 0.2,
        recorded_by=random.choice(("creditor", "platform")), work_starts_on=None,
    ) for _ in range(4))))  # fmt: skip


def _line(random: Random, total: Money) -> CreditLine | None:
    near = random.choice((-1, 0, 1, -total.minor // 2, -total.minor // 3, -total.minor, 500_00))
    minor = max(0, total.minor + near)
    if random.random() < 0.1:
        return None
    nothing = zero(total.currency)
    return CreditLine(
        debtor_id="D", financier_id="F", limit=Money(minor, total.currency), in_use=nothing,
        withheld=nothing,
    )  # fmt: skip


def one_by_one(compiled, asking: Asking) -> dict[str, object]:
    """Return what one invoice comes to, by the functions and documents of the engine."""
    currency, total = asking.facts["currency"], asking.facts["invoice"]["total"]
    answer = decide_eligibility(compiled.book, asking.facts, currency=currency)
    answer = held_to_contract(
        answer, compiled.contract, turnover=compiled.turnover, stage=asking.facts["stage"],
        reported_on=asking.reported_on, as_of=AS_OF,
    )  # fmt: skip
    reasons, parts = answer.reasons, ()
    is_own = compiled.contract.account == "creditor"
    invoice = _invoice(asking, Money.from_major(total, currency))
    is_issued = compiled.is_issued and not is_own
    draft = Draft(invoice=invoice, replaces="R" if is_issued else "")
    financier = a_creditor(id="F", name="Factor")
    config = SimpleNamespace(
        contract_kind=compiled.contract.kind, contract=(), language="en",
        party=lambda name: financier if name == "financier" else a_creditor(),
    )  # fmt: skip
    try:
        parts = Parter(config, compiled.book, as_of=AS_OF).parts(draft, answer, asking.facts)
    except InvalidSplitError:
        answer, reasons = _refused(answer), (*reasons, "cannot-split")
    return _told(answer, reasons, parts, is_own=is_own)


def _refused(answer: Eligibility) -> Eligibility:
    nothing = zero(answer.amount.currency)
    return Eligibility(
        outcome="refused", amount=nothing, maximum=nothing, reasons=(), advice=answer.advice,
        trace=answer.trace,
    )  # fmt: skip


def _told(answer: Eligibility, reasons, parts, *, is_own: bool) -> dict[str, object]:
    paid = [part for part in parts if part.payee]
    financed = [part for part in paid if part.role == FINANCED]
    rest = [part for part in paid if part.role != FINANCED]
    amount = answer.amount.minor if is_own else financed and financed[0].invoice.amount_due.minor
    in_part = is_own and answer.outcome == "split"
    return {
        "outcome": "covered-in-part" if in_part else answer.outcome,
        "amount": answer.amount.minor,
        "financed": amount if answer.eligible else None,
        "rest": rest[0].invoice.amount_due.minor if rest else None,
        "reasons": reasons,
        "advice": answer.advice,
        "financed_payee": financed[0].payee if financed else "",
        "rest_payee": rest[0].payee if rest else "",
        "rows": {one.rule: one.rows for one in answer.trace},
        "values": {one.rule: one.outcome for one in answer.trace},
    }


def _invoice(asking: Asking, total: Money) -> Invoice:
    lines = tuple(
        InvoiceLine(
            id=str(at), name="Work", quantity=Decimal(1), unit_price=row.taxable.major,
            net=row.taxable, vat_rate=row.rate,
        )
        for at, row in enumerate(asking.vat)
    )  # fmt: skip
    net = sum_money((row.taxable for row in asking.vat), total.currency)
    vat = sum_money((row.vat for row in asking.vat), total.currency)
    return Invoice(
        number="F1", issued_on=AS_OF - timedelta(days=40), due_on=asking.due_on,
        creditor=a_creditor(), debtor=a_debtor(), lines=lines, vat=asking.vat, net_total=net,
        vat_total=vat, gross_total=net + vat, prepaid=asking.prepaid, amount_due=total,
    )  # fmt: skip
