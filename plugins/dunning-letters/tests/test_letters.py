"""Maileva: its OpenAPI documents as judge, proofs of deposit and receipt, and what goes wrong."""

from dataclasses import replace
from datetime import date

import pytest
from dunning_sdk.connectors.http_transport import RequestsTransport, TimeLimits
from dunning_sdk.connectors.news import NewsKind
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.notice import Attachment, ReceiptStatus
from dunning_sdk.domain.party import Address, Contact, Party
from dunning_sdk.errors import (
    ConfigError,
    ConnectorAuthError,
    ConnectorInvalidError,
    ConnectorRateLimitedError,
    ConnectorTransientError,
)
from dunning_sdk.testing.loopback import (
    Answer,
    Mishap,
    fails,
    hangs_up,
    page_for_people,
    too_many,
)
from dunning_sdk.testing.post import AT, DEPOSIT, RECEIPT, PostSimulator
from tests.contracts.connector_contract import (
    A_MESSAGE,
    NewsSourceContract,
    NoticeChannelContract,
)
from tests.contracts.judged import Judged, contract
from tests.shared import shared_path

from dunning_letters.account import Account
from dunning_letters.letterbox import MailevaChannel
from dunning_letters.options import read
from dunning_letters.record import ON_THE_WAY, OUTCOMES
from dunning_letters.tracking import MailevaNews

SECRET = "s3cr3t-77"  # noqa: S105  # of a vendor that does not exist
NOTICES = [f"{n:032x}" for n in range(1, 5)]
ON = date(2026, 3, 2)
PDF = Attachment(name="letter.pdf", media_type="application/pdf", content=b"%PDF-1.7 letter")
WHERE = Address(
    lines=("2e étage", "1 rue du Port"), postal_code="44000", city="Nantes", country="FR"
)
LETTER = replace(
    A_MESSAGE,
    id=NOTICES[0],
    channel="registered-letter",
    to_email="",
    to_name="Mme Martin",
    to_company="Boulangerie Martin SARL",
    to_address=WHERE,
    attachments=(PDF,),
)
SENDER = Party(
    id="C-1",
    name="Atelier Lumen SARL",
    address=Address(lines=("12 rue des Tanneurs",), postal_code="69001", city="Lyon", country="FR"),
    contacts=(Contact(email="factures@lumen.example"),),
)


@pytest.fixture(scope="module")
def specs():
    folder = shared_path("contracts/maileva")
    return {
        "registered": contract(folder / "LrelClient.yaml"),
        "postal": contract(folder / "SimpleSendingClient.yaml"),
    }


class Door:
    """Judges calls of the service by its contract; the token's are passed on."""

    def __init__(self, service, specs):
        self._quick = RequestsTransport(connector="maileva", limits=TimeLimits(read=1))
        base = {"registered": "/registered_mail/v2", "postal": "/mail/v2"}[service]
        self._judged = Judged(self._quick, specs[service], base=base)
        self.judged = self._judged.judged

    def send(self, call):
        is_api = "/sendings" in call.url
        return (self._judged if is_api else self._quick).send(call)


@pytest.fixture
def post():
    with PostSimulator(client="app", secret=SECRET) as post:
        yield post


@pytest.fixture
def account(post, specs, tmp_path, monkeypatch):
    def opened(*, secret=SECRET, judged=True, **over):
        monkeypatch.setenv("MAILEVA_SECRET", secret)
        options = {"client_id": "app", "base_url": post.url, "token_url": post.url, **over}
        access = read(options, folder=tmp_path, section="[channels.letter]")
        door = Door(access.given.service.value, specs) if judged else None
        return Account(access, transport=door, timing=Timing(sleep=lambda _: None))

    return opened


@pytest.fixture(params=["registered", "postal"])
def service(request):
    return request.param


@pytest.fixture
def channel(account):
    def opened(**over):
        return MailevaChannel(account(**over), sender=SENDER)

    return opened


def news(account, after="", **over):
    return MailevaNews(account(**over), today=ON).fetch(after)


def only(post):
    (id,) = post.sendings
    return id


class TestMaileva(NoticeChannelContract):
    """The contract every channel obeys, each call and reply judged by Maileva's OpenAPI."""

    @pytest.fixture
    def open_channel(self, channel, service, monkeypatch):
        monkeypatch.setattr("tests.contracts.connector_contract.A_MESSAGE", LETTER)
        return lambda: channel(service=service)


class TestMailevaNews(NewsSourceContract):
    """The contract every source of news obeys."""

    @pytest.fixture
    def open_source(self, account, channel, post):
        box = channel()
        for n, id in enumerate(NOTICES):
            box.send(replace(LETTER, id=id))
            post.deliver(list(post.sendings)[n], ["", "D01", "P03", "N05"][n], scanned=n == 1)
        return lambda: MailevaNews(account(), today=ON)


# depositing ---------------------------------------------------------------------------------
def test_a_letter_is_drafted_filled_and_submitted(channel, post, service):
    enclosure = Attachment(name="F-1.pdf", media_type="application/pdf", content=b"%PDF-1.7 F-1")
    receipt = channel(service=service).send(replace(LETTER, attachments=(PDF, enclosure)))

    id = only(post)
    assert (receipt.status, receipt.reference) == (ReceiptStatus.AWAITING_POSTING, id)
    assert (post.sendings[id]["status"], post.sendings[id]["custom_id"]) == ("PENDING", NOTICES[0])
    bodies = post.documents[id]
    assert [b"%PDF-1.7 letter" in bodies[0], b"%PDF-1.7 F-1" in bodies[1]] == [True, True]
    assert b'{"priority": 2, "name": "F-1.pdf"}' in bodies[1]
    lines = {name: text for name, text in post.recipients[id].items() if "address" in name}
    assert lines == {
        "address_line_1": "Boulangerie Martin SARL", "address_line_2": "Mme Martin",
        "address_line_3": "2e étage", "address_line_4": "1 rue du Port",
        "address_line_6": "44000 Nantes",
    }  # fmt: skip


def test_a_letter_sent_again_is_posted_once(channel, post):
    first, again = channel().send(LETTER), channel().send(LETTER)

    assert first == again
    assert len(post.sendings) == 1


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"attachments": ()}, "attachments"),
        ({"attachments": (replace(PDF, content=b"%PDF" + b"x" * 21_000_000),)}, "attachments"),
        ({"to_address": None}, "to_address"),
        ({"to_address": replace(WHERE, lines=())}, "to_address"),
        ({"to_address": replace(WHERE, postal_code="4400")}, "postal_code"),
        ({"to_address": replace(WHERE, lines=("x" * 39,))}, "address_line_4"),
        ({"to_address": replace(WHERE, country="DE")}, "country"),
    ],
)
def test_what_maileva_would_refuse_is_named_before_anything_is_sent(channel, post, over, field):
    with pytest.raises(ConnectorInvalidError) as why:
        channel().send(replace(LETTER, **over))
    assert list(why.value.fields) == [field]
    assert post.asked == []


# what goes wrong ----------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/registered_mail/v2/sendings", "/registered_mail/v2/sendings/"])
@pytest.mark.parametrize("mishap", [fails(502), fails(502, done=True), hangs_up(done=True)])
def test_what_fails_before_it_was_submitted_posted_nothing(channel, post, path, mishap):
    post.misbehave(mishap.on(path, "POST"))

    with pytest.raises(ConnectorTransientError) as why:
        channel().send(LETTER)
    assert (why.value.outcome_unknown, why.value.retryable) == (False, True)
    assert channel().send(LETTER).status is ReceiptStatus.AWAITING_POSTING
    assert [one["status"] for one in post.sendings.values()] == ["PENDING"]


class Submission:
    """Lets the submission alone go wrong, which has no path a mishap could name."""

    def __init__(self, post, mishap):
        self._post, self._mishap, self._right = post, mishap, post._submit

    def __call__(self, asked, id):
        if self._mishap.done:
            self._right(asked, id)
        return Answer(status=504)


@pytest.mark.parametrize("done", [True, False])
def test_a_submission_whose_answer_was_lost_is_looked_up(channel, post, done):
    wrong = Submission(post, fails(504, done=done))
    post._routes = tuple(
        (method, pattern, wrong if pattern.endswith("/submit") else answer)
        for method, pattern, answer in post._routes
    )
    if done:
        assert channel().send(LETTER).status is ReceiptStatus.AWAITING_POSTING
        return
    with pytest.raises(ConnectorTransientError) as why:
        channel().send(LETTER)
    assert why.value.outcome_unknown

    found = channel().lookup(LETTER.id)
    assert (found.status, found.retryable) == (ReceiptStatus.FAILED, True)
    assert post.sendings == {}


def test_lookup_knows_what_became_of_a_letter(channel, post):
    channel().send(LETTER)
    assert channel().lookup(LETTER.id).status is ReceiptStatus.AWAITING_POSTING

    post.reject(only(post), "Adresse incomplète")
    found = channel().lookup(LETTER.id)
    assert (found.status, "Adresse incomplète" in found.detail) == (ReceiptStatus.FAILED, True)


def test_wrong_credentials_name_the_variables_and_no_secret(channel):
    with pytest.raises(ConnectorAuthError, match="MAILEVA_SECRET") as why:
        channel(secret="wr0ng").send(LETTER)  # noqa: S106  # of nobody
    assert "wr0ng" not in str(why.value)


def test_a_token_that_expired_between_two_pages_is_fetched_anew(account, channel, post):
    box = channel()
    box.send(LETTER)
    post.tokens.clear()

    assert box.lookup(LETTER.id).status is ReceiptStatus.AWAITING_POSTING
    assert sum(asked.path == "/token" for asked in post.asked) == 2


def test_a_rate_limit_says_how_long(channel, post):
    post.misbehave(too_many(300))

    with pytest.raises(ConnectorRateLimitedError) as why:
        channel().send(LETTER)
    assert why.value.retry_after == 300


def test_a_vendor_that_is_down_is_one_error(channel, post):
    post.misbehave(*[page_for_people(503)] * 9)

    with pytest.raises(ConnectorTransientError, match="maileva"):
        channel().send(LETTER)


@pytest.mark.parametrize(
    ("body", "field"),
    [({"sendings": [{"id": 7, "status": "DRAFT"}]}, "id"), ({"sendings": [{"id": "x"}]}, "status"),
     ({"sendings": {}}, "sendings"), ([], "sendings")],
)  # fmt: skip
def test_drift_of_the_contract_names_the_field(channel, post, body, field):
    # Without the contract as judge: it would refuse such a reply first.
    post.misbehave(Mishap(answer=Answer.of(body), path="/registered_mail/v2/sendings"))

    with pytest.raises(ConnectorInvalidError, match="maileva") as why:
        channel(judged=False).lookup(LETTER.id)
    assert list(why.value.fields) == [field]


# following ----------------------------------------------------------------------------------
def told(heard):
    return [(one.kind, one.outcome, one.proof and one.proof.content) for one in heard.news]


def test_deposit_and_receipt_come_with_their_proofs(account, channel, post):
    channel().send(LETTER)
    assert news(account).news == ()

    post.deliver(only(post))
    posted = news(account)
    assert told(posted) == [(NewsKind.POSTED, "", DEPOSIT)]
    assert (posted.news[0].notice_id, posted.news[0].on) == (NOTICES[0], ON)
    assert posted.news[0].reference == "2C 123 456 7890 1"

    post.deliver(only(post), "D01")
    ended = news(account, posted.cursor)
    assert told(ended) == [(NewsKind.ENDED, "delivered", None)]
    post.deliver(only(post), "N01", scanned=True)
    proved = news(account, ended.cursor)
    assert told(proved) == [(NewsKind.ENDED, "delivered", RECEIPT)]
    assert news(account, proved.cursor).news == ()


def test_a_simple_letter_has_no_proofs(account, channel, post):
    channel(service="postal").send(LETTER)
    post.deliver(only(post), "N10")

    heard = news(account, service="postal")
    assert told(heard) == [(NewsKind.POSTED, "", None), (NewsKind.ENDED, "returned", None)]
    assert {one.channel for one in heard.news} == {"letter"}


def test_a_letter_maileva_rejects_was_not_posted(account, channel, post):
    channel().send(LETTER)
    post.reject(only(post), "PDF illisible")

    heard = news(account)
    assert told(heard) == [(NewsKind.UNDELIVERABLE, "", None)]
    assert news(account, heard.cursor).news == ()


def test_letters_of_others_and_of_long_ago_are_passed_over(account, channel, post):
    channel().send(LETTER)
    post.deliver(only(post))
    post.sendings[only(post)]["custom_id"] = "order_1234"
    assert news(account).news == ()

    post.sendings[only(post)] |= {"custom_id": NOTICES[0], "creation_date": "2025-01-01T08:00:00Z"}
    assert news(account) == news(account, '{"gone":"posted"}')


def test_a_letter_that_cannot_be_read_is_named_and_the_others_are_told(account, channel, post):
    for id in NOTICES[:2]:
        channel().send(replace(LETTER, id=id))
    for id in post.sendings:
        post.deliver(id)
    bad = next(iter(post.sendings))
    post.recipients[bad]["registered_number"] = 7

    heard = news(account, judged=False)
    assert [one.source for one in heard.problems] == [f"maileva sending {bad}"]
    assert [one.notice_id for one in heard.news] == [NOTICES[1]]


def test_every_code_of_the_contract_has_a_meaning():
    text = shared_path("contracts/maileva/LrelClient.yaml").read_text("utf-8")
    table = text[text.index("delivery_statuses_response") : text.index("document_response")]
    codes = {line.split("<td>")[1][:3] for line in table.splitlines() if "<td>" in line}
    codes = {code for code in codes if code[0] in "APDN" and code[1:].isdigit()}

    assert set(OUTCOMES) | ON_THE_WAY == codes
    assert not set(OUTCOMES) & ON_THE_WAY


# configuration ------------------------------------------------------------------------------
def test_options_are_checked_and_no_secret_is_one(tmp_path, monkeypatch):
    for name in ("MAILEVA_SECRET", "MAILEVA_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    section = "[channels.letter]"
    with pytest.raises(ConfigError, match="client secret is missing: MAILEVA_SECRET"):
        read({"client_id": "app"}, folder=tmp_path, section=section)
    with pytest.raises(ConfigError, match=r"\[channels.letter\] secret"):
        read({"client_id": "app", "secret": "x"}, folder=tmp_path, section=section)
    monkeypatch.setenv("MAILEVA_SECRET", SECRET)
    with pytest.raises(ConfigError, match="MAILEVA_PASSWORD"):
        read({"client_id": "app", "user": "u"}, folder=tmp_path, section=section)
    monkeypatch.setenv("MAILEVA_PASSWORD", "p4ss-99")

    access = read({"client_id": "app", "user": "u"}, folder=tmp_path, section=section)
    shown = repr(access)
    assert not [text for text in (*access.secrets, SECRET) if text in shown]
    assert AT.startswith(ON.isoformat())
