"""A small book with one rule of each kind, and the facts its tests decide on."""

from decimal import Decimal

from dunning_sdk.rules.load import load_book

BOOK = """\
id: sample
version: 1.10
title: A book for tests
jurisdiction: FR
from: 2026-01-01
until: 2027-01-01
currency: EUR
reasons:
  quote-unsigned: {en: There is no signed quote., fr: Aucun devis n’est signé.}
  debtor-not-covered: {en: The financier does not cover the debtor., fr: Débiteur non couvert.}
  disputed: {en: The whole amount is disputed., fr: Tout est contesté.}
  disputed-in-part: {en: A part is disputed., fr: Une partie est contestée.}
  ask-for-a-deposit: {en: Ask for a deposit., fr: Demandez un acompte.}
"""

ELIGIBILITY = """\
id: eligibility.cover
kind: eligibility
title: Who is covered, and up to what amount
inputs: [quote.is_signed, debtor.is_eligible, credit_line.available]
hit_policy: output-order
priority: {outcome: [refused, split, covered]}
rows:
  - when: {quote.is_signed: false}
    then: {outcome: refused, reasons: quote-unsigned, advice: ask-for-a-deposit}
  - when: {debtor.is_eligible: false}
    then: {outcome: refused, reasons: [debtor-not-covered]}
  - when: {credit_line.available: "> 0"}
    then:
      outcome: if credit_line.available >= invoice.total then "covered" else "split"
      amount: min(credit_line.available, invoice.total)
otherwise: {outcome: refused, reasons: []}
source: House rule
"""

GUARDS = """\
id: guards.dispute-open
kind: guards
title: Nothing is asked for while it is disputed
applies: {jurisdiction: "*", from: 2020-01-01}
currency: any
inputs: [dispute.is_open, dispute.amount]
hit_policy: first
rows:
  - when: {dispute.is_open: "true", dispute.amount: ">= receivable.open_amount"}
    then: {allow: false, reason: disputed}
  - when: {dispute.is_open: "true"}
    then: {allow: true, amount: receivable.open_amount - dispute.amount, reason: disputed-in-part}
otherwise: {allow: true}
source: House rule
limits: Does not judge whether the dispute is justified.
"""

MANDATE = """\
id: mandate.contract
kind: mandate
title: Who chases, by kind of contract
inputs: [contract.kind, receivable.days_overdue]
rows:
  - when: {contract.kind: full, receivable.days_overdue: "< 30"}
    then: {chaser: financier, collects: financier, debtor_told: true, letterhead: financier}
  - when: {contract.kind: full, receivable.days_overdue: ">= 30"}
    then: {chaser: collector, collects: financier, debtor_told: true, letterhead: financier}
  - when: {contract.kind: ["", unmanaged, 'balance_purchase']}
    then:
      chaser: creditor
      collects: operator
      debtor_told: contract.kind = "unmanaged"
      letterhead: creditor
      procedure: procedure.short
      follow: false
  - when: {contract.kind: confidential}
    then: {chaser: creditor, collects: creditor, debtor_told: false, letterhead: creditor}
source: House rule
"""

PROCEDURE = """\
id: procedure.short
kind: procedure
title: Two reminders and a formal notice
source: House rule
options: {calendar: FR, entry: first_step, catch_up: highest, cycle_keeps: all, hush: true}
steps:
  - {id: before-due, level: 1, offset: -7, channel: email, template: before-due}
  - {id: overdue, level: 2, anchor: entered_overdue, offset: 4, channel: [email, letter], \
template: overdue, when: receivable.reminders}
  - {id: formal-notice, level: 5, offset: 20, channel: registered-letter, \
template: formal-notice, legal_effect: true, grants_days: 8, day_shift: following}
  - {id: placement, level: 6, anchor: formal-notice, offset: 10, after: formal-notice, \
action: placement, actor: collector, legal_effect: true}
"""

CHARGES = """\
id: charges.fees
kind: charges
title: Fees for reminders
inputs: [receivable.level, receivable.open_amount]
outputs: {tone: [soft, firm]}
hit_policy: collect
aggregation: sum
rows:
  - {when: {receivable.level: ">= 1"}, then: {fee: 5, tone: soft}}
  - when: {receivable.open_amount: "> 1000"}
    then: {fee: receivable.open_amount * 0.001, tone: firm}
source: House rule
"""

CASES = """\
rule: guards.dispute-open
as_of: 2026-03-01
facts: {currency: EUR, receivable.open_amount: 100.00, dispute.is_open: true}
cases:
  - name: a dispute over the whole invoice stops every notice
    facts: {dispute.amount: 100.00}
    expect: {allow: false, reason: disputed}
  - name: a dispute over a part leaves the rest to be asked for
    facts: {dispute.amount: 30}
    expect: {allow: true, amount: 70, reason: disputed-in-part}
"""

FILES = {
    "book.yaml": BOOK,
    "charges.fees.yaml": CHARGES,
    "eligibility.cover.yaml": ELIGIBILITY,
    "guards.dispute-open.yaml": GUARDS,
    "guards.dispute-open.cases.yaml": CASES,
    "mandate.contract.yaml": MANDATE,
    "procedure.short.yaml": PROCEDURE,
}


def a_book(files=None, **options):
    """Return the sample book with some files replaced; ``None`` leaves one out."""
    merged = {**FILES, **(files or {})}
    given = {name: text for name, text in merged.items() if text is not None}
    return load_book(given, label="sample", **options)


def some_facts(**over):
    """Return nested facts of every kind; any of them by dotted name with ``__`` for the dot."""
    facts = {
        "currency": "EUR",
        "operator": "creditor",
        "quote": {"is_signed": True},
        "debtor": {"is_eligible": True},
        "credit_line": {"available": Decimal(8000)},
        "invoice": {"total": Decimal(12000)},
        "dispute": {"is_open": False, "amount": Decimal(0)},
        "receivable": {
            "open_amount": Decimal("1234.56"),
            "days_overdue": 3,
            "level": 1,
            "reminders": True,
        },
        "contract": {"kind": ""},
    }
    for name, value in over.items():
        *above, last = name.split("__")
        place = facts
        for part in above:
            place = place[part]
        place[last] = value
    return facts


def decide(rule_id, book=None, **over):
    """Return what a rule of the sample book answers."""
    return (book or a_book()).rule(rule_id).decide(some_facts(**over))
