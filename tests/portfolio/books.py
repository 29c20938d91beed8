"""Make up rule books: procedures of every shape, and tables whose cells cut into bins or do not."""

from random import Random

from dunning_sdk.errors import BookError
from dunning_sdk.rules.book import Book
from dunning_sdk.rules.load import load_book

HEAD = """\
id: made-up
version: "1"
title: A book for tests
currency: EUR
contacts: [legal]
tones: [calm]
reasons:
  one: {en: One., fr: Un.}
  two: {en: Two., fr: Deux.}
signals:
  word_broken:
    title: {en: Broke promises, fr: Promesses rompues}
    count: promise-broken
    within_days: 90
"""
ROLLS = ("none", "none", "following", "preceding", "modified_following")
CELLS = {
    "receivable.kind": ("invoice", "[invoice, part]", 'not("charges")'),
    "contract.kind": ('""', "[full, unmanaged]", "confidential"),
    "receivable.is_financed": ("true", "false"),
    "receivable.open_amount": (
        *('"< 100.00"', '"<= 100"', '"[99.99..100.01)"', '"> 0.5"', '"> dispute.amount"'),
        '"= receivable.amount"',
    ),
    "receivable.days_overdue": ('"< 0"', '"[0..20]"', '"> 8"', '"= 4"', '"not(20)"'),
    "receivable.level": ('">= 2"', "0", '"[1..3]"'),
    "receivable.due_on": ('"< date(\\"2026-07-01\\")"', '">= date(\\"2026-07-14\\")"'),
    "debtor.country": ('"\\"FR\\""', '\'not("FR", "DE")\''),
    "debtor.is_company": ("true", "false"),
    "history.late_share": ('"> 0.25"', '"<= 0.1"', '"null"', '"[0.2..0.5]"'),
    "history.late_count": ('">= 3"', '"0"'),
    "payer_score.state": ("fresh", "[none, stale]"),
    "dispute.is_open": ("true", "false"),
    "dispute.amount": ('"> 0"', '">= receivable.open_amount"'),
    "promise.broken_count": ('"> 1"', '"0"'),
    "signal.word_broken": ('">= 1"', '"[1..2]"'),
}
OF_STEPS = {
    "step.legal_effect": ("true", "false"),
    "step.level": ('">= 3"', "1"),
    "step.channel": ("email", "[letter, registered-letter]"),
    "mandate.debtor_told": ("true", "false"),
}


def made_up_book(random: Random, *, repeats: float = 0.1) -> Book:
    """Return a book; what is drawn and has unreachable rows is drawn anew.

    Args:
        random: Whence it is drawn.
        repeats: Share of steps that are repeated, among those of procedures that are not plain.
    """
    while True:
        try:
            return _drawn(random, repeats)
        except BookError:
            continue


def _drawn(random: Random, repeats: float) -> Book:
    procedures = [f"procedure.p{at}" for at in range(random.randint(1, 2))]
    files = {f"{name}.yaml": _procedure(random, name, repeats) for name in procedures}
    said = lambda: _mandate(random, procedures)  # noqa: E731 - one expression
    files["mandate.m.yaml"] = a_table(random, "mandate.m", CELLS, said)
    if random.random() < 0.6:
        said = lambda: _scenario(random, procedures)  # noqa: E731 - one expression
        files["scenario.s.yaml"] = a_table(random, "scenario.s", CELLS, said, many=True)
    for at in range(random.randint(0, 2)):
        name = f"guards.g{at}"
        files[f"{name}.yaml"] = a_table(random, name, CELLS | OF_STEPS, lambda: _guard(random))
    if random.random() < 0.6:
        cells = CELLS | OF_STEPS | {"charges.open_amount": ('"> 0"', '"> 40.00"')}
        files["charges.c.yaml"] = a_table(random, "charges.c", cells, lambda: _charge(random))
    return load_book({"book.yaml": HEAD, **files}, label="made-up")


def a_table(random: Random, name: str, cells, answer, *, many: bool = False) -> str:
    inputs = random.sample(sorted(cells), random.randint(1, 3))
    policy = "rule-order" if many and random.random() < 0.3 else "first"
    lines = [f"id: {name}", f"kind: {name.split('.')[0]}", "title: Made up", "source: House rule"]
    lines += [f"inputs: [{', '.join(inputs)}]", f"hit_policy: {policy}", "rows:"]
    count = random.randint(1, 4)
    for at in range(count):
        whole = random.random() < 0.7 or at == 0
        asked = inputs if whole else random.sample(inputs, random.randint(1, len(inputs)))
        when = ", ".join(f"{one}: {random.choice(cells[one])}" for one in asked)
        lines.append(f"  - {{when: {{{when}}}, then: {{{answer()}}}}}")
    lines.append(f"otherwise: {{{answer()}}}")
    return "\n".join(lines) + "\n"


def _mandate(random: Random, procedures) -> str:
    chaser = random.choice(("financier", "financier", "financier", "creditor"))
    told = random.choice(("true", "false", "'contract.kind = \"full\"'"))
    said = f"chaser: {chaser}, collects: creditor, debtor_told: {told}, letterhead: creditor"
    if random.random() < 0.85:
        said += f", procedure: {random.choice(procedures)}"
    return said + f", follow: {random.choice(('true', 'false'))}"


def _scenario(random: Random, procedures) -> str:
    parts = {
        "procedure": random.choice(procedures),
        "channel": random.choice(("sms", "letter")),
        "contact": random.choice(("legal", "escalation")),
        "sender": random.choice(("creditor", "financier")),
        "tone": "calm",
        "reasons": random.choice(("[one]", "[two, one]")),
    }
    chosen = random.sample(sorted(parts), random.randint(1, 4))
    return ", ".join(f"{name}: {parts[name]}" for name in chosen)


def _guard(random: Random) -> str:
    said = f"allow: {random.choice(('true', 'true', 'false'))}"
    if random.random() < 0.4:
        amounts = ("50.00", "receivable.open_amount - dispute.amount", "0", "0.005")
        said += f", amount: {random.choice(amounts)}"
    return said + (", reason: one" if random.random() < 0.5 else "")


def _charge(random: Random) -> str:
    fee = random.choice(("", "", ", fee: 15.00", ", fee: 100"))
    regime = random.choice(("", "", ", regime: consumer", ", regime: public"))
    flags = [random.choice(("true", "true", "false")) for _ in range(3)]
    said = f"interest: {flags[0]}, compensation: {flags[1]}, interest_on_stopped_days: {flags[2]}"
    return said + fee + regime + random.choice(("", ", reasons: [one]"))


def _procedure(random: Random, name: str, repeats: float) -> str:
    options = {
        "entry": random.choice(("last_reminder", "first_step")),
        "catch_up": random.choice(("next", "next", "highest")),
        "cycle_keeps": random.choice(("legal", "all", "none")),
        "spacing_days": random.choice((0, 0, 3, 7)),
        "resume_days": random.choice((0, 0, 4)),
        "hush": random.choice(("true", "false")),
        "calendar": random.choice(("FR", "DE-BY")),
    }
    if random.random() < 0.5:
        options["payments_max_age_days"] = 3
    if random.random() < 0.3:
        options["credit_hold_days"] = random.choice((3, 30))
    lines = [f"id: {name}", "kind: procedure", "title: Made up", "source: House rule", "options:"]
    lines += [f"  {key}: {value}" for key, value in options.items()] + ["steps:"]
    level, legal = 1, []
    is_plain = random.random() < 0.4 - repeats
    offset = random.randint(-9, 3)
    for at in range(random.randint(1, 5)):
        level += random.randint(0, 2) if at else 0
        offset += random.randint(0, 9)
        step = _step(random, f"{name[-2:]}s{at}", level, offset, legal, is_plain)
        if at and not is_plain and random.random() < 0.2:
            step |= {"anchor": f"{name[-2:]}s{at - 1}", "offset": random.randint(0, 9)}
        if not is_plain and random.random() < repeats:
            step |= {"repeat_every_days": random.choice((1, 2, 3, 7, 7, 30))}
            if random.random() < 0.5:
                step["repeat_max"] = random.choice((1, 2, 2, 3, 25))
        if step["legal_effect"] == "true":
            legal.append(f"{name[-2:]}s{at}")
        lines.append(f"  - {{{', '.join(f'{key}: {value}' for key, value in step.items())}}}")
    return "\n".join(lines) + "\n"


def _step(random: Random, id: str, level: int, offset: int, legal, is_plain: bool):
    action = random.choice(("notice", "notice", "notice", "call", "placement"))
    step = {
        "id": id,
        "level": level,
        "action": action,
        "offset": offset,
        "legal_effect": random.choice(("true", "false", "false")),
        "interval_days": random.choice((1, 1, 4)),
        "window_days": random.choice((0, 3, 3)),
        "day_shift": "none" if is_plain else random.choice(ROLLS),
        "channel": random.choice(("email", "[sms, letter]", "[chosen, registered-letter]")),
    }
    if action == "notice":
        step |= {"template": "before-due", "tones": "{calm: due-today}"}
    anchors = ("due_on",) if is_plain else ("due_on", "due_on", "issued_on", "end_of_month")
    step["anchor"] = random.choice(anchors)
    if step["legal_effect"] == "true" and random.random() < 0.5:
        step["grants_days"] = 8
    if legal and random.random() < 0.4:
        step["after"] = random.choice(legal)
    if random.random() < 0.15:
        step["actor"] = random.choice(("financier", "creditor"))
    if not is_plain and random.random() < 0.25:
        conditions = (
            'receivable.days_overdue >= 5', "not(dispute.is_open)", 'debtor.country = \\"FR\\"',
            "receivable.open_amount > 100",
        )  # fmt: skip
        step["when"] = f'"{random.choice(conditions)}"'
    return step
