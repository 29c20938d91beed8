"""Write a ``dunning.toml`` for tests: one builder of its sections, and the parties of all stories.

Braces are left for `str.format`, so that an installation can keep a text with gaps.
"""

import json
from collections.abc import Mapping

CREDITOR = {
    "id": "C-1",
    "name": "Atelier Lumen SARL",
    "country": "FR",
    "registration": "732829320",
    "vat_id": "FR44732829320",
    "email": "factures@lumen.example",
    "lines": ["12 rue des Tanneurs"],
    "postal_code": "69001",
    "city": "Lyon",
    "iban": "FR7630006000011234567890189",
}
FINANCIER = {
    "id": "F-1",
    "name": "Finance Prompte SAS",
    "country": "FR",
    "registration": "404833048",
    "vat_id": "FR83404833048",
    "email": "relances@prompte.example",
    "lines": ["3 rue de la Bourse"],
    "postal_code": "75002",
    "city": "Paris",
    "iban": "FR1420041010050500013M02606",
}
COLLECTOR = {
    "id": "A-1",
    "name": "Recouvrement Légal SELARL",
    "country": "FR",
    "email": "dossiers@legal.example",
    "lines": ["5 quai des Orfèvres"],
    "postal_code": "75001",
    "city": "Paris",
}
PARTIES = {"creditor": CREDITOR, "financier": FINANCIER, "collector": COLLECTOR}
COLUMNS = {
    "number": "number",
    "issued_on": "issued",
    "due_on": "due",
    "amount": "amount",
    "debtor_id": "debtor",
    "debtor_name": "name",
    "debtor_email": "email",
}
ADDRESS = {
    "debtor_country": "country",
    "debtor_street": "line",
    "debtor_postal_code": "code",
    "debtor_city": "city",
}


def dunning_toml(*sources: str, parties: tuple[str, ...] = ("creditor",), **top: object) -> str:
    """Return a configuration.

    Args:
        sources: Sections as `source` writes them.
        parties: Which of `PARTIES` it names.
        top: Values outside of all sections; ``store`` is the URL of the store instead.
    """
    store = top.pop("store", None)
    written = [_lines(top)]
    if store is not None:
        written.append(_section("[store]", {"url": store}))
    written += [_section(f"[parties.{actor}]", PARTIES[actor]) for actor in parties]
    return "\n".join([*written, *sources])


def source(kind: str, connector: str = "csv", **options: object) -> str:
    """Return the section of a source.

    Args:
        kind: ``invoices``, ``payments``, ``drafts`` or another.
        connector: Its connector.
        options: Its options; a mapping becomes a section below.
    """
    plain = {key: value for key, value in options.items() if not isinstance(value, Mapping)}
    written = _section(f"[[sources.{kind}]]", {"connector": connector, **plain})
    for key, value in options.items():
        if isinstance(value, Mapping):
            written += "\n" + _section(f"[sources.{kind}.{key}]", value)
    return written


def invoices(*, columns: Mapping[str, str] | None = None, **options: object) -> str:
    """Return a CSV file of invoices as a source.

    Args:
        columns: Beside those every test has, or in their place.
        options: Of the source, ``path`` and ``constants`` among them.
    """
    given = {"path": "invoices.csv", **options}
    return source("invoices", **given, columns={**COLUMNS, **(columns or {})})


def _section(head: str, values: Mapping[str, object]) -> str:
    return f"{head}\n{_lines(values)}"


def _lines(values: Mapping[str, object]) -> str:
    return "".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items()
    )
