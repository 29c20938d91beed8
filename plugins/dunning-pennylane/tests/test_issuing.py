"""What is issued by Pennylane: drafts that are finalized once."""

from functools import partial

import pytest
from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_transport import RequestsTransport, TimeLimits
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.invoice import InvoiceKind
from dunning_sdk.domain.party import Party
from dunning_sdk.errors import ConnectorInvalidError, ConnectorTransientError
from dunning_sdk.testing.loopback import fails, hangs_up
from tests.contracts.judged import Judged, contract
from tests.contracts.prism import prism
from tests.contracts.sink_contract import KEY, DraftingSinkContract, RatedSinkContract, drafted
from tests.shared import shared_path

from dunning_pennylane.options import VAT_RATES, site
from dunning_pennylane.sink import PennylaneSink

CREDITOR = Party(id="C-1", name="Atelier Lumen SARL")
TOKEN = "tok-4f2a9c01"  # noqa: S105 - it opens nothing


@pytest.fixture
def open_sink_at(tool):
    def opened(judge=None):
        quick = RequestsTransport(connector="pennylane", limits=TimeLimits(read=1))
        timing = Timing(sleep=lambda _: None)
        transport = Judged(quick, judge) if judge else quick
        http = HttpClient(site(tool.url, TOKEN), transport=transport, timing=timing)
        return PennylaneSink(http, vat_rates=VAT_RATES, transport=quick, timing=timing)

    return opened


@pytest.fixture
def sink(open_sink_at):
    return open_sink_at()


@pytest.fixture
def draft():
    debtor = Party(id="1", name="Boulangerie Martin SARL")
    return partial(drafted, creditor=CREDITOR, debtor=debtor)


class TestIssuing(DraftingSinkContract, RatedSinkContract):
    @pytest.fixture
    def issued(self, tool):
        before = set(tool.invoices)
        return lambda: [
            one["invoice_number"]
            for id, one in tool.invoices.items()
            if id not in before and not one["draft"]
        ]


def test_a_credit_note_names_what_it_lowers_and_is_negative_there(sink, draft, tool):
    issued = sink.issue(draft(kind=InvoiceKind.CREDIT_NOTE, preceding="F-11", due_on=None), key=KEY)

    made = tool.invoices[int(issued.reference)]
    assert (made["currency_amount"], made["credited_invoice"]["id"], made["status"]) == (
        "-600.000", 11, "credit_note",
    )  # fmt: skip


def test_a_draft_that_was_not_finalized_is_taken_up(sink, draft, tool):
    tool.misbehave(*[fails(500).on("/customer_invoices/", "PUT")] * 3)
    with pytest.raises(ConnectorTransientError):
        sink.issue(draft(), key=KEY)
    made = [one for one in tool.invoices.values() if one["external_reference"].startswith("Q-1")]

    assert [one["draft"] for one in made] == [True]
    assert sink.issue(draft(), key=KEY).reference == str(made[0]["id"])


def test_a_draft_whose_answer_was_lost_is_found_again(sink, draft, tool):
    tool.misbehave(hangs_up(done=True).on("/customer_invoices", "POST"))
    with pytest.raises(ConnectorTransientError) as why:
        sink.issue(draft(), key=KEY)
    sink.issue(draft(), key=KEY)

    ours = [one for one in tool.invoices.values() if one["external_reference"].startswith("Q-1")]
    assert why.value.outcome_unknown
    assert [one["draft"] for one in ours] == [False]


def test_a_pdf_that_is_not_there_yet_is_asked_for_again(sink, draft, tool):
    tool.prints = False
    with pytest.raises(ConnectorTransientError, match="its PDF is not there yet"):
        sink.issue(draft(), key=KEY)
    made = next(one for one in tool.invoices.values() if one["external_reference"][:3] == "Q-1")
    made["public_file_url"] = f"{tool.url}/public/{made['id']}.pdf"

    assert sink.issue(draft(), key=KEY).number == made["invoice_number"]


def test_a_debtor_that_is_not_pennylanes_is_refused(sink, draft):
    with pytest.raises(ConnectorInvalidError, match="has no id of Pennylane's"):
        sink.issue(draft(debtor=Party(id="D-1", name="Martin")), key=KEY)


def test_an_unreadable_document_of_that_day_stops_the_issue(sink, draft, tool):
    tool.invoices[11]["draft"] = "no"
    before = len(tool.invoices)

    with pytest.raises(ConnectorInvalidError, match="draft"):
        sink.issue(draft(), key=KEY)
    assert len(tool.invoices) == before


def test_calls_that_issue_are_as_the_third_partys_document_has_them(open_sink_at, draft):
    judge = contract(shared_path("contracts/pennylane/pennylane-openapi.yml"))

    assert open_sink_at(judge).issue(draft(), key=KEY).number
    note = draft(kind=InvoiceKind.CREDIT_NOTE, preceding="F-11", due_on=None)
    assert open_sink_at(judge).issue(note, key=KEY).number


def test_calls_that_issue_satisfy_a_second_judge(tool, draft):
    quick = RequestsTransport(connector="pennylane", limits=TimeLimits(read=10))
    spec = shared_path("contracts/pennylane/pennylane-openapi.yml")
    with prism(spec, tool.url, quick) as through:
        http = HttpClient(site(tool.url, TOKEN), transport=through)
        PennylaneSink(http, vat_rates=VAT_RATES, transport=quick).issue(draft(), key=KEY)

    assert ("POST", "/customer_invoices") in through.judged
