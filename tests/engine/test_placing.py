"""A claim that a step places goes to the agency that is configured, whole and once."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from dunning_sdk import Engine
from dunning_sdk.connectors.memory import MemoryNoticeChannel
from dunning_sdk.connectors.memory_placements import MemoryPlacements
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConfigError, ConnectorInvalidError, ConnectorTransientError
from dunning_sdk.hooks import ConnectorSpec, hookimpl
from tests.plugins.installation import CONFIG, installation

TODAY = datetime.now(UTC).date()  # live channels refuse another day
BOOK = {
    "book.yaml": "{id: placing, version: 1, title: Placed early}",
    "procedure.placing.yaml": """
id: procedure.placing
kind: procedure
title: A reminder, and the collector
options: {entry: first_step}
source: House rule
steps:
  - id: reminder
    level: 1
    offset: 3
    channel: email
    template: friendly-reminder
    when: receivable.days_overdue < 8
  - {id: placed, level: 2, offset: 9, action: placement, channel: email, template: placement}
""",
}
MORE = """
[parties.collector]
id = "K-1"
name = "Inkasso SA"
email = "cases@inkasso.example"

[channels.email]
connector = "kept"
"""


class Agency:
    """A plugin with a channel and an agency, both in memory."""

    def __init__(self):
        self.mails, self.claims = MemoryNoticeChannel(), MemoryPlacements()

    @hookimpl
    def dunning_register_rule_books(self):
        return {"placing": BOOK}

    @hookimpl
    def dunning_register_connectors(self):
        return [
            ConnectorSpec(capability="channel", name="kept", build=lambda *_: self.mails),
            ConnectorSpec(capability="placement", name="agency", build=lambda *_: self.claims),
        ]


@pytest.fixture
def run(tmp_path):
    """Run once over two invoices: one to be reminded of, one to be placed; return what left."""

    def run(*, mode="live", more='[placement]\nconnector = "agency"\n', **agency):
        plugin = Agency()
        plugin.claims = MemoryPlacements(**agency)
        folder = installation(tmp_path)
        text = CONFIG.format(store="memory://").replace('"friendly"', '"placing"')
        if "mode =" in text:
            text = text.replace('mode = "folder"', f'mode = "{mode}"')
        else:
            text = f'mode = "{mode}"\n' + text
        (folder / "dunning.toml").write_text(text + MORE + more, encoding="utf-8")
        rows = [
            f"F-{number},{TODAY - timedelta(days=40)},{TODAY - timedelta(days=late)},1200.00,"
            f"D-{number},Martin,m{number}@martin.example"
            for number, late in ((1, 4), (2, 10))
        ]
        head = "number,issued,due,amount,debtor,name,email"
        (folder / "invoices.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")
        with Engine.open(folder, plugins=[plugin]) as engine:
            engine.pull(as_of=TODAY)
            _, report = engine.run(as_of=TODAY)
            _, again = engine.run(as_of=TODAY)
        return SimpleNamespace(
            mails=plugin.mails.sent, placed=plugin.claims.placed, report=report, again=again
        )

    return run


def test_a_claim_is_placed_whole_and_once_and_a_reminder_leaves_by_its_channel(run):
    found = run()

    (placed,) = found.placed
    (invoice,) = placed.claim.invoices
    assert (placed.claim.debtor.id, placed.claim.placed_on) == ("D-2", TODAY)
    assert (invoice.number, invoice.open_amount) == ("F-2", Money(1200_00, "EUR"))
    assert invoice.due_on == TODAY - timedelta(days=10)
    assert placed.text
    assert [message.to_email for message in found.mails] == ["m1@martin.example"]
    assert (len(found.report.sent), found.again.sent) == (2, [])


def test_without_an_agency_the_collector_is_written_to(run):
    found = run(more="")

    assert found.placed == []
    assert {message.to_email for message in found.mails} == {
        "m1@martin.example", "cases@inkasso.example",
    }  # fmt: skip


def test_what_may_have_been_placed_is_asked_about_and_never_placed_twice(run):
    unknown = ConnectorTransientError("The line broke", outcome_unknown=True)
    known = run(failures=[unknown])
    blind = run(failures=[unknown], can_look_up=False)

    assert (len(known.placed), known.report.failed) == (1, [])
    assert (len(blind.placed), len(blind.report.uncertain)) == (1, 1)


def test_a_claim_that_is_refused_is_put_before_a_person(run):
    found = run(failures=[ConnectorInvalidError("No registration number")])

    assert (found.placed, len(found.report.failed)) == ([], 1)


def test_nothing_is_placed_where_notices_only_go_to_a_folder(run):
    found = run(mode="folder")

    assert (found.placed, found.mails) == ([], [])
    assert len(found.report.sent) == 2


def test_an_agency_that_no_plugin_brings_is_named(run):
    with pytest.raises(ConfigError, match="No connector 'agencies' for placement"):
        run(more='[placement]\nconnector = "agencies"\n')
