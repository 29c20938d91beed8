"""A book that declares functions and calls them wherever FEEL stands."""

from dunning_sdk.rules.load import load_book

BOOK = """\
id: own
version: 1
title: A book with functions of its own
currency: EUR
reasons:
  small: {en: Too small., fr: Trop petit.}
  disputed: {en: A part is disputed., fr: Une partie est contestée.}
tones: [soft, firm]
functions:
  is_small:
    title: An amount that is not worth a letter
    parameters: [{name: amount, type: number}]
    result: boolean
    body: amount < least()
  least:
    result: number
    body: 10.00
  still_owed:
    parameters: [{name: owed, type: number}, {name: disputed, type: number}]
    result: number
    body: max(owed - disputed, 0)
  tone_of:
    parameters:
      - {name: days, type: number}
      - {name: country, type: string}
    result: string
    body: if is known(country) and country = "FR" and days > 20 then "firm" else "soft"
  weeks_after:
    parameters: [{name: day, type: date}, {name: other, type: date}]
    result: number
    body: floor((other - day) / duration("P7D"))
invariants:
  small-is-left-alone:
    title: Nobody is written to about a small amount
    about: guards
    when: is_small(receivable.open_amount)
    holds: not(outcome.allow)
"""
GUARD = """\
id: guards.small
kind: guards
title: Small amounts are left alone
inputs: [receivable.open_amount, dispute.is_open]
hit_policy: first
rows:
  - when: {receivable.open_amount: is_small(?)}
    then: {allow: false, reason: small}
  - when: {dispute.is_open: true}
    then:
      allow: true
      amount: still_owed(receivable.open_amount, dispute.amount)
      reason: disputed
otherwise: {allow: true}
source: House rule
"""
SCENARIO = """\
id: scenario.tone
kind: scenario
title: The tone by the days and the country
inputs: ["weeks_after(receivable.due_on, as_of)"]
rows:
  - when: {"weeks_after(receivable.due_on, as_of)": "< least()"}
    then: {tone: "tone_of(receivable.days_overdue, debtor.country)"}
otherwise: {tone: firm}
source: House rule
"""
PROCEDURE = """\
id: procedure.own
kind: procedure
title: One reminder, unless little is owed
source: House rule
steps:
  - id: first
    level: 1
    offset: 5
    channel: email
    template: overdue-first
    when: not(is_small(receivable.open_amount))
"""
CASES = """\
rule: guards.small
as_of: 2026-03-01
facts: {currency: EUR, dispute.is_open: false, dispute.amount: 0}
cases:
  - name: a few euros are left alone
    facts: {receivable.open_amount: 9.99}
    expect: {allow: false, reason: small}
  - name: ten euros are asked for
    facts: {receivable.open_amount: 10.00}
    expect: {allow: true, amount: null}
  - name: what is disputed is not
    facts: {receivable.open_amount: 100, dispute.is_open: true, dispute.amount: 30}
    expect: {allow: true, amount: 70, reason: disputed}
"""
FILES = {
    "book.yaml": BOOK,
    "guards.small.yaml": GUARD,
    "guards.small.cases.yaml": CASES,
    "procedure.own.yaml": PROCEDURE,
    "scenario.tone.yaml": SCENARIO,
}


def own_book(old="", new=""):
    """Return the book, with one text of ``book.yaml`` replaced by another."""
    text = BOOK.replace(old, new) if old else BOOK
    return load_book({**FILES, "book.yaml": text}, label="own")
