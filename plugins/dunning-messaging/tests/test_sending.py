"""The channels: contracts of the vendors as judges, and everything that goes wrong."""

import json
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from dunning_sdk.connectors.http_transport import RequestsTransport, TimeLimits
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.notice import ReceiptStatus
from dunning_sdk.errors import (
    ConfigError,
    ConnectorAuthError,
    ConnectorInvalidError,
    ConnectorRateLimitedError,
    ConnectorTransientError,
)
from dunning_sdk.testing.loopback import (
    Answer,
    Loopback,
    Mishap,
    fails,
    hangs_up,
    page_for_people,
    too_many,
)
from hypothesis import given
from hypothesis import strategies as st
from tests.contracts.connector_contract import A_MESSAGE, NoticeChannelContract
from tests.contracts.judged import Judged, contract
from tests.shared import shared_path

from dunning_messaging import brevo, share, telegram, twilio, whatsapp
from dunning_messaging.segments import plain, segments

ACCOUNT = "AC" + "0" * 32
SECRET = "s3cr3t-4f2a"  # noqa: S105  # of a vendor that does not exist
WRONG = SECRET[::-1]
BOT = "4711:" + SECRET
LINKED = replace(
    A_MESSAGE,
    to_email="",
    to_phone="+33612345678",
    to_handle="815",
    text="Creditor: invoice F-1. To pay: 12.00 €. https://pay.example/r/1.",
)
SMS = replace(LINKED, channel="sms")
SENT = {
    "twilio": {"sid": "SM" + "1" * 32, "status": "queued", "error_code": None},
    "brevo": {"messageId": 815, "reference": "r-1"},
    "whatsapp": {
        "messaging_product": "whatsapp",
        "contacts": [{"input": "+33612345678", "wa_id": "33612345678"}],
        "messages": [{"id": "wamid.HBgLMTY1"}],
    },
    "telegram": {"ok": True, "result": {"message_id": 7, "date": 1, "chat": {"id": 815}}},
}
PATHS = {
    "twilio": f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
    "brevo": "/v3/transactionalSMS/sms",
    "whatsapp": "/v23.0/1234567/messages",
    "telegram": f"/bot{BOT}/sendMessage",
}
OPTIONS = {
    "twilio": {"account_sid": ACCOUNT, "sender": "Lumen"},
    "brevo": {"sender": "Lumen"},
    "whatsapp": {"phone_number_id": "1234567", "templates": {"en": "reminder"}},
    "telegram": {},
}
MODULES = {"twilio": twilio, "brevo": brevo, "whatsapp": whatsapp, "telegram": telegram}
CHANNELS = {
    "twilio": twilio.TwilioChannel,
    "brevo": brevo.BrevoChannel,
    "whatsapp": whatsapp.WhatsAppChannel,
    "telegram": telegram.TelegramChannel,
}
VARIABLES = {
    "twilio": "TWILIO_AUTH_TOKEN",
    "brevo": "BREVO_API_KEY",
    "whatsapp": "WHATSAPP_TOKEN",
    "telegram": "TELEGRAM_BOT_TOKEN",
}
REFUSALS = {
    "twilio": {"code": 20003, "message": "Authenticate", "status": 401},
    "brevo": {"code": "unauthorized", "message": "Key not found"},
    "whatsapp": {"error": {"message": "Session has expired", "code": 190}},
    "telegram": {"ok": False, "error_code": 401, "description": "Unauthorized"},
}


class Vendor(Loopback):
    """A vendor that knows one secret, and takes every message."""

    def __init__(self, name):
        super().__init__(self._answered)
        self.name = name
        self.reply = SENT[name]
        self.taken = []

    def _answered(self, asked):
        known = SECRET in str(asked.headers) + asked.path or self.name == "twilio"
        if not known or asked.path != PATHS[self.name]:
            return Answer.of(REFUSALS[self.name], 401)
        self.taken.append(asked)
        return Answer.of(self.reply, 201 if self.name in ("twilio", "brevo") else 200)


@pytest.fixture(params=list(SENT))
def vendor(request):
    with Vendor(request.param) as vendor:
        yield vendor


@pytest.fixture
def judge():
    """The vendor's contract, where there is one by openapi-core."""
    files = {
        "twilio": ("contracts/twilio/twilio_api_v2010.json", ""),
        "brevo": ("contracts/brevo/brevo-transactional-sms-api-openapi.yml", "/v3"),
    }
    quick = {"limits": TimeLimits(read=1)}

    def judging(name):
        transport = RequestsTransport(connector=name, **quick)
        if name not in files:
            return transport
        path, base = files[name]
        return Judged(transport, contract(shared_path(path)), base=base)

    return judging


@pytest.fixture
def opened(tmp_path, monkeypatch):
    def made(vendor, *, secret=None, transport=None, **over):
        name = vendor.name
        own = BOT if name == "telegram" else SECRET
        monkeypatch.setenv(VARIABLES[name], own if secret is None else secret)
        base = vendor.url + ("/v3" if name == "brevo" else "")
        options = {**OPTIONS[name], "base_url": base, **over}
        built = MODULES[name].read(options, folder=tmp_path)
        parts = built if isinstance(built, tuple) else (built,)
        return CHANNELS[name](*parts, transport=transport, timing=Timing(sleep=lambda _: None))

    return made


class TestChannels(NoticeChannelContract):
    """The contract every channel obeys, each call and reply judged where there is a contract."""

    @pytest.fixture
    def open_channel(self, vendor, opened, judge, monkeypatch):
        monkeypatch.setattr("tests.contracts.connector_contract.A_MESSAGE", SMS)
        return lambda: opened(vendor, transport=judge(vendor.name))


class TestShareLink(NoticeChannelContract):
    """The contract every channel obeys."""

    @pytest.fixture
    def open_channel(self, tmp_path, monkeypatch):
        monkeypatch.setattr("tests.contracts.connector_contract.A_MESSAGE", LINKED)
        return lambda: share.ShareChannel(share.read({}), folder=tmp_path)


# what is said -------------------------------------------------------------------------------
@pytest.mark.parametrize("vendor", ["twilio"], indirect=True)
def test_twilio_hears_the_text_and_where_to_tell_of_it(vendor, opened):
    channel = opened(vendor, status_url="https://host.example/sms?tenant=1")
    assert channel.send(SMS).reference == SENT["twilio"]["sid"]

    form = {name: texts[0] for name, texts in parse_qs(vendor.taken[0].body.decode()).items()}
    assert form == {
        "To": "+33612345678",
        "From": "Lumen",
        "Body": SMS.text,
        "StatusCallback": "https://host.example/sms?tenant=1&notice=notice-1",
    }


@pytest.mark.parametrize("vendor", ["brevo"], indirect=True)
def test_brevo_hears_the_text_with_our_id_as_its_tag(vendor, opened):
    opened(vendor).send(SMS)

    assert vendor.taken[0].data() == {
        "type": "transactional", "sender": "Lumen", "recipient": "33612345678",
        "content": SMS.text, "tag": "notice-1",
    }  # fmt: skip


@pytest.mark.parametrize("vendor", ["whatsapp"], indirect=True)
def test_whatsapp_hears_a_template_of_the_shape_of_metas_own_example(vendor, opened):
    import yaml

    opened(vendor).send(replace(SMS, text="a\n\nb"))
    body = vendor.taken[0].data()
    assert body["template"]["components"][0]["parameters"] == [{"type": "text", "text": "a b"}]
    assert (body["to"], body["biz_opaque_callback_data"]) == ("+33612345678", "notice-1")

    path = shared_path("contracts/whatsapp/business-messaging-api_v23.0.yaml")
    spec = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    post = spec["paths"]["/{Version}/{Phone-Number-ID}/messages"]["post"]
    examples = post["requestBody"]["content"]["application/json"]["examples"]
    theirs = examples["Send Message Template Text"]["value"]
    assert set(theirs) == set(body) - {"biz_opaque_callback_data"}
    assert set(theirs["template"]) == set(body["template"])
    assert theirs["template"]["components"][0]["parameters"][0].keys() == {"text", "type"}


@pytest.mark.parametrize("vendor", ["telegram"], indirect=True)
def test_telegram_hears_fields_of_its_own_contract(vendor, opened):
    assert opened(vendor).send(SMS).reference == "815:7"

    api = json.loads(shared_path("contracts/telegram/api.min.json").read_text("utf-8"))
    fields = {one["name"]: one for one in api["methods"]["sendMessage"]["fields"]}
    body = vendor.taken[0].data()
    assert body == {"chat_id": "815", "text": SMS.text}
    assert {name for name, one in fields.items() if one["required"]} <= set(body) <= set(fields)
    assert all("String" in fields[name]["types"] for name in body)


def test_a_link_is_left_for_a_person_to_pass_on(tmp_path):
    given = share.read({"app_id": "99", "redirect_uri": "https://lumen.example/"})
    receipt = share.ShareChannel(given, folder=tmp_path).send(LINKED)

    slip = json.loads((tmp_path / "share" / "notice-1.json").read_text("utf-8"))
    assert receipt.status is ReceiptStatus.AWAITING_POSTING
    assert slip["link"] == "https://pay.example/r/1"
    assert slip["open"] == (
        "https://www.facebook.com/dialog/send?app_id=99"
        "&link=https%3A%2F%2Fpay.example%2Fr%2F1&redirect_uri=https%3A%2F%2Flumen.example%2F"
    )
    with pytest.raises(ConnectorInvalidError, match="has no link"):
        share.ShareChannel(given, folder=tmp_path).send(replace(LINKED, id="n-2", text="x"))


# what goes wrong ----------------------------------------------------------------------------
@pytest.mark.parametrize("mishap", [fails(502, done=True), hangs_up(done=True), page_for_people()])
def test_an_answer_that_was_lost_is_unknown_and_nothing_is_sent_twice(vendor, opened, mishap):
    vendor.misbehave(mishap)

    with pytest.raises(ConnectorTransientError) as why:
        opened(vendor).send(SMS)
    assert why.value.outcome_unknown
    assert len(vendor.asked) == 1


def test_a_reply_that_drifted_is_unknown_and_names_the_field(vendor, opened):
    vendor.reply = {"renamed": 1}

    with pytest.raises(ConnectorTransientError) as why:
        opened(vendor).send(SMS)
    assert (why.value.outcome_unknown, why.value.retryable) == (True, False)
    field = {"twilio": "sid", "brevo": "messageId", "whatsapp": "messages", "telegram": "result"}
    assert field[vendor.name] in why.value.message
    assert why.value.connector in why.value.message


def test_a_new_field_breaks_nothing(vendor, opened):
    vendor.reply = {**vendor.reply, "new": 1}

    assert opened(vendor).send(SMS).status is ReceiptStatus.SENT


def test_wrong_credentials_name_the_variable_and_not_the_secret(vendor, opened):
    if vendor.name == "twilio":
        vendor.misbehave(Mishap(answer=Answer.of(REFUSALS["twilio"], 401)))

    with pytest.raises(ConnectorAuthError) as why:
        opened(vendor, secret=WRONG).send(SMS)
    assert VARIABLES[vendor.name] in str(why.value)
    assert WRONG not in f"{why.value!s}{why.value!r}"


def test_a_rate_limit_is_waited_for_by_the_next_run(vendor, opened):
    vendor.misbehave(too_many(30))

    with pytest.raises(ConnectorRateLimitedError) as why:
        opened(vendor).send(SMS)
    assert (why.value.retry_after, why.value.retryable) == (30, True)
    assert vendor.taken == []


def test_a_vendor_that_refuses_is_one_error(vendor, opened):
    vendor.misbehave(Mishap(answer=Answer.of({"message": "no such number"}, 400)))

    with pytest.raises(ConnectorInvalidError, match="no such number"):
        opened(vendor).send(SMS)


def test_a_notice_without_an_address_is_refused_before_anything_is_sent(vendor, opened):
    with pytest.raises(ConnectorInvalidError, match=r"has no (phone|handle)"):
        opened(vendor).send(replace(SMS, to_phone="", to_handle=""))
    assert vendor.asked == []


def test_a_text_too_long_says_by_how_much(vendor, opened):
    with pytest.raises(ConnectorInvalidError) as why:
        opened(vendor).send(replace(SMS, text="x" * 5000))
    assert list(why.value.fields) == ["text"]
    assert vendor.asked == []


@pytest.mark.parametrize("vendor", ["twilio"], indirect=True)
@pytest.mark.parametrize("status", ["failed", "undelivered", "canceled"])
def test_what_twilio_does_not_deliver_failed(vendor, opened, status):
    vendor.reply = {**vendor.reply, "status": status, "error_code": 30006}

    receipt = opened(vendor).send(SMS)
    assert (receipt.status, "30006" in receipt.detail) == (ReceiptStatus.FAILED, True)


@pytest.mark.parametrize("vendor", ["telegram"], indirect=True)
def test_a_debtor_who_blocked_the_bot_is_not_the_bots_fault(vendor, opened):
    said = {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
    vendor.misbehave(Mishap(answer=Answer.of(said, 403)))

    receipt = opened(vendor).send(SMS)
    assert (receipt.status, receipt.retryable) == (ReceiptStatus.FAILED, False)


@pytest.mark.parametrize("vendor", ["telegram"], indirect=True)
def test_the_bots_token_is_in_no_message(vendor, opened, tmp_path):
    vendor.misbehave(fails(500))
    with pytest.raises(ConnectorTransientError) as why:
        opened(vendor).send(SMS)
    assert SECRET not in f"{why.value!r}{telegram.read({}, folder=tmp_path)!r}"


@pytest.mark.parametrize("vendor", ["whatsapp"], indirect=True)
def test_a_language_without_a_template_is_named(vendor, opened):
    with pytest.raises(ConnectorInvalidError, match="templates has none for the language fr"):
        opened(vendor).send(replace(SMS, language="fr"))


# configuration ------------------------------------------------------------------------------
@pytest.mark.parametrize("name", list(VARIABLES))
def test_a_secret_is_never_an_option(tmp_path, monkeypatch, name):
    monkeypatch.delenv(VARIABLES[name], raising=False)
    with pytest.raises(ConfigError, match=f"is missing: {VARIABLES[name]} is not set"):
        MODULES[name].read(OPTIONS[name], folder=tmp_path)
    with pytest.raises(ConfigError, match="secret"):
        MODULES[name].read({**OPTIONS[name], "secret": "x"}, folder=tmp_path)


@pytest.mark.parametrize("over", [{"sender": ""}, {"messaging_service_sid": "MG" + "0" * 32}])
def test_twilio_has_one_sender(tmp_path, over):
    with pytest.raises(ConfigError, match="sender or messaging_service_sid"):
        twilio.read({**OPTIONS["twilio"], **over}, folder=tmp_path)


# what it costs ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("", "gsm-7", 0, 1),
        ("a" * 160, "gsm-7", 160, 1),
        ("a" * 161, "gsm-7", 161, 2),
        ("a" * 306, "gsm-7", 306, 2),
        ("a" * 307, "gsm-7", 307, 3),
        ("€" * 80, "gsm-7", 160, 1),
        ("a" * 152 + "€" + "a" * 10, "gsm-7", 164, 2),
        ("€" * 77 * 2, "gsm-7", 308, 3),
        ("ç" * 70, "ucs-2", 70, 1),
        ("ç" * 71, "ucs-2", 71, 2),
        ("🙂" * 35, "ucs-2", 70, 1),
        ("🙂" * 67, "ucs-2", 134, 3),
    ],
)
def test_segments_are_counted_as_the_standard_cuts_them(text, encoding, units, parts):
    assert segments(text) == (encoding, units, parts)


@given(st.text())
def test_making_a_text_plain_again_changes_nothing(text):
    assert plain(plain(text)) == plain(text)


def test_typographic_signs_are_sent_as_their_plain_twins():
    assert segments(plain("Réglé ? « l’œuvre » : 5\u202f€ – merci…")).encoding == "gsm-7"
