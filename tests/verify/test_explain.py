from decimal import Decimal

from dunning_sdk.rules.trace import TraceEntry
from dunning_sdk.verify.explain import explain
from tests.rules.sample import a_book, decide


def test_a_decision_is_explained_in_english():
    trace = decide(
        "guards.dispute-open", dispute__is_open=True, dispute__amount=Decimal(1000)
    ).trace

    assert explain(trace, a_book()).splitlines() == [
        "guards.dispute-open, row 2: Nothing is asked for while it is disputed",
        "  because A dispute is open: yes",
        "  because Disputed amount: 1000",
        "  because Open amount: 1234.56",
        "  because Currency of all amounts: EUR",
        "  so allow: yes",
        "  so amount: 234.56",
        "  so reason: A part is disputed.",
    ]


def test_a_decision_is_explained_in_french():
    trace = decide("eligibility.cover", quote__is_signed=False, debtor__is_eligible=False).trace

    lines = explain(trace, a_book(), language="fr").splitlines()

    assert lines[0] == "eligibility.cover, lignes 1, 2, 3 : Who is covered, and up to what amount"
    assert "  car Le devis est signé : non" in lines
    assert lines[-2:] == [
        "  donc reasons : Aucun devis n’est signé. Débiteur non couvert.",
        "  donc advice : Demandez un acompte.",
    ]


def test_otherwise_is_named():
    assert explain(decide("guards.dispute-open").trace, a_book()).startswith(
        "guards.dispute-open, otherwise: "
    )


def test_plugins_and_law_are_named():
    entry = TraceEntry(
        rule="",
        plugin="shop",
        inputs={"shop.rating": None},
        parameters={"fr.rate": {"value": Decimal("0.1"), "source": "Act"}},
        outcome={"veto": True, "who": ("a", "b"), "none": None},
    )

    assert explain([entry], a_book()).splitlines() == [
        "plugin shop",
        "  because shop.rating: unknown",
        "  law fr.rate: value 0.1, source Act",
        "  so veto: yes",
        "  so who: a, b",
    ]
