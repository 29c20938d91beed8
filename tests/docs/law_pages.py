"""Write the pages about the law: one per jurisdiction, and the table of what is covered."""

from datetime import date

from dunning_sdk.installation.statutes import load_statutes
from dunning_sdk.law.parameter import worst
from dunning_sdk.law.wording import amount_text, mark

NAMES = {
    "at": "Austria", "be": "Belgium", "de": "Germany", "es": "Spain", "eu": "European Union",
    "fr": "France", "gb": "United Kingdom", "ie": "Ireland", "it": "Italy", "lu": "Luxembourg",
    "nl": "Netherlands", "pl": "Poland", "pt": "Portugal",
}  # fmt: skip
TOPICS = (
    "late-payment", "compensation", "payment-terms", "limitation", "legal-rate", "payment-order",
    "time-limits", "formal-notice", "small-claims", "merits", "attachment", "insolvency",
    "reference-rate",
)  # fmt: skip
CURRENT = date(2026, 7, 1)


def law_page(jurisdiction: str) -> str:
    """Return a section for each topic of a jurisdiction, and one for each parameter."""
    statutes = load_statutes()
    parts = []
    for topic in TOPICS:
        found = [
            item
            for item in statutes.parameters.values()
            if (item.jurisdiction, item.topic) == (jurisdiction, topic)
        ]
        parts += [f"## {topic.capitalize()}"] if found else []
        parts += [parameter_section(item) for item in found]
    return "\n\n".join(parts) + "\n"


def parameter_section(parameter) -> str:
    """Return what is known of one parameter: how it is picked, its limits, its values."""
    said = [f"Picked by the {parameter.selector.replace('_', ' ')}"]
    if parameter.mode:
        said.append(parameter.mode.replace("_", " "))
    if parameter.reference:
        code = parameter.reference.split(".")[0]
        page = "" if code == parameter.jurisdiction else f"{code}.md"
        anchor = parameter.reference.replace(".", "")
        said.append(f"on [{parameter.reference}]({page}#{anchor})")
    if parameter.round_up_to is not None:
        said.append(f"rounded up to {parameter.round_up_to * 100:f} points")
    lines = [f"### `{parameter.id}`", f"{parameter.title}. {', '.join(said)}."]
    lines += [f"*Limits:* {parameter.limits}"] if parameter.limits else []
    checked = "confirmed by a lawyer" if parameter.lawyer_validated else "no lawyer confirmed it"
    lines.append(f"Compared with its sources on {parameter.verified_on}; {checked}.")
    rows = [
        f"| {value.period.start} | {until(value)} | {amount_text(parameter, value.amount)} "
        f"| {mark(value.confidence)} | {value.source} |"
        for value in reversed(parameter.values)
    ]
    head = ["| from | known until | value | confidence | source |", "|---|---|---|---|---|"]
    return "\n\n".join([*lines, "\n".join([*head, *rows])])


def until(value) -> str:
    """Return the day before which a value is known to hold; nothing where it has no end."""
    return "" if value.period.end == date.max else str(value.period.end)


def coverage_table() -> str:
    """Return jurisdictions by topics, each with the weakest confidence of what holds now."""
    statutes = load_statutes()
    lines = [
        f"| jurisdiction | {' | '.join(TOPICS)} |",
        "|---|" + "---|" * len(TOPICS),
    ]
    for code in [*statutes.jurisdictions, "eu"]:
        cells = [coverage_cell(statutes, code, topic) for topic in TOPICS]
        lines.append(f"| [{NAMES[code]}]({code}.md) | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def coverage_cell(statutes, code: str, topic: str) -> str:
    """Return how many parameters there are, with the best and the weakest confidence."""
    found = [
        item
        for item in statutes.parameters.values()
        if (item.jurisdiction, item.topic) == (code, topic)
    ]
    if not found:
        return "–"
    letters = sorted({latest(item).confidence for item in found})
    weakest = worst(letters)
    return f"{len(found)}: {' '.join(letters)}" + ("" if weakest.verified else " ⚠")


def latest(parameter):
    """Return the last value that has begun, or the first one of what begins later."""
    begun = [value for value in parameter.values if value.period.start <= CURRENT]
    return begun[-1] if begun else parameter.values[0]


def to_confirm() -> str:
    """Return what is unverified now and in the statements of the last years, one line each."""
    statutes = load_statutes()
    lines = []
    for item in sorted(statutes.parameters.values(), key=lambda one: one.id):
        values = [value for value in item.values if value.period.end > date(2021, 1, 1)]
        weak = [value for value in values if not value.confidence.verified]
        if weak:
            starts = ", ".join(str(value.period.start) for value in weak)
            lines.append(f"- `{item.id}` ({worst(value.confidence for value in weak)}): {starts}")
    return "\n".join(lines) + "\n"


def sector_table(jurisdiction: str) -> str:
    """Return the sectors of a jurisdiction with their caps on a row each."""
    from dunning_sdk.law.terms import TOPIC, sectors_of

    statutes = load_statutes()
    rows = ["| sector | days | from the end of a month | confidence |", "|---|--:|--:|---|"]
    for sector in sectors_of(statutes, jurisdiction):
        known = [
            statutes.parameters.get(f"{jurisdiction}.{TOPIC}.{name}")
            for name in (sector, f"{sector}-end-of-month")
        ]
        days = [amount_text(one, one.at(CURRENT).amount) if one else "" for one in known]
        weakest = worst(one.at(CURRENT).confidence for one in known if one)
        rows.append(f"| `{sector}` | {days[0]} | {days[1]} | {mark(weakest)} |")
    return "\n".join(rows) + "\n"
