"""A host's own values of the law reach whatever asks the law, through one door."""

import re
from datetime import date

import pytest

from dunning_sdk import Record
from dunning_sdk.engine.recovery_view import recovery_on
from dunning_sdk.proposals.law_confirming import confirmed_ids
from tests.engine.installation import an_engine
from tests.engine.test_recovering import HEAD, SOURCE, WHO
from tests.hygiene.tree import sources

OWN = """
[[law.values]]
parameter = "fr.limitation.traders"
from = 2026-01-01
value = 4
source = "A law of the test"

[[law.values]]
parameter = "fr.payment-terms.maximum"
from = 2026-01-01
value = 20
source = "A law of the test"

[[law.values]]
parameter = "fr.payment-order.service"
from = 2026-09-01
value = 1
source = "A law of the test"

[[law.values]]
parameter = "de.payment-order.opposition"
from = 2027-01-01
value = 3
source = "A law of the test"
"""


@pytest.fixture
def engine(tmp_path):
    rows = [f"F-1,2026-02-08,2026-03-10,1200.00,D-1,{WHO},,", ""]
    (tmp_path / "invoices.csv").write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    with an_engine(tmp_path, operator="creditor", more=SOURCE + OWN) as engine:
        yield engine


def record(engine, kind, subject, on, **values):
    return engine.record(Record(kind=kind, subject=subject, on=on, values=values))


def test_terms_time_limits_and_clocks_take_the_values_of_the_host(engine):
    (finding,) = engine.pull(as_of=date(2026, 2, 9)).findings
    for event, on in (("formal-notice", 4), ("petition-filed", 8), ("order-given", 9)):
        record(engine, "recovery", "F-1", date(2026, on, 1), event=event)
    record(engine, "limitation-period", "F-1", date(2026, 9, 1), parameter="fr.limitation.traders")
    found = recovery_on(engine, "F-1", as_of=date(2026, 9, 2))

    assert finding.startswith("F-1 is due on 2026-03-10, after 2026-02-28")
    assert "A law of the test" in finding
    (service,) = (one for one in found.limits if one.name == "payment-order.service")
    assert service.limit.ends_on == date(2026, 10, 1)
    assert found.clocks[0].ends_on == date(2030, 3, 10)


def test_a_confirmation_outlives_what_the_host_adds(engine):
    engine.pull(as_of=date(2026, 2, 9))
    shipped = engine.config.model_copy(
        update={"law": engine.config.law.model_copy(update={"values": []})}
    ).law.statutes()
    id = "de.payment-order.opposition"
    record(engine, "law-confirmed", id, date(2026, 3, 1), by="Jeanne")

    with engine.store.begin() as session:
        for statutes in (shipped, engine.config.law.statutes()):
            assert confirmed_ids(session, date(2026, 3, 2), statutes) == (id,)


def test_only_the_door_reads_the_shipped_law():
    readers = {source.label for source in sources() if re.search(r"\bload_statutes\(", source.text)}

    assert readers == {"installation/statutes.py", "installation/law_config.py", "cli/show.py"}
