"""Webhooks: vectors of each scheme, held against the vendor's own library, and what they tell."""

import hashlib
import hmac
import json
from datetime import UTC, date, datetime
from urllib.parse import urlencode

import pytest
from dunning_sdk.connectors.news import NewsKind
from dunning_sdk.connectors.webhook import Delivery, Receiver
from dunning_sdk.errors import ConnectorAuthError, ConnectorInvalidError
from tests.shared import shared_path
from twilio.request_validator import RequestValidator

from dunning_messaging.hearing import brevo_news, telegram_news, twilio_news, whatsapp_news
from dunning_messaging.signing import (
    BREVO_HEADER,
    TELEGRAM_HEADER,
    challenge,
    check_word,
    twilio,
    whatsapp,
)

ON = date(2026, 3, 2)
NOTICE = "0123456789abcdef0123456789abcdef"
URL = f"https://host.example/sms?tenant=1&notice={NOTICE}"
KEY, OLD_KEY = "12345", "67890"
SID = "SM" + "1" * 32


def receiver(scheme, *secrets):
    return Receiver(scheme, secrets or (KEY,), now=lambda: datetime(2026, 3, 2, tzinfo=UTC))


def form(key=KEY, url=URL, **fields):
    fields = {"MessageSid": SID, **fields}
    signature = RequestValidator(key).compute_signature(url, fields)
    body = urlencode(fields).encode()
    return Delivery(body=body, headers={"x-twilio-signature": signature}, url=url)


def posted(data, **headers):
    return Delivery(body=json.dumps(data).encode(), headers=headers)


def told(news):
    return [(one.kind, one.notice_id, one.sender, one.text) for one in news]


# Twilio -------------------------------------------------------------------------------------
def test_twilios_own_vector_holds():
    # Twilio, "Validating requests": the example of its documentation.
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    fields = {
        "CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234",
        "From": "+14158675309", "To": "+18005551212",
    }  # fmt: skip
    headers = {"X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}
    delivery = Delivery(body=urlencode(fields).encode(), headers=headers, url=url)

    assert receiver(twilio()).is_new(delivery)


@pytest.mark.parametrize("body", ["STOP", "déjà payé", "", "a&b=c +é", "🙂"])
def test_what_twilios_library_signs_is_believed_once(body):
    delivery = form(Body=body, From="+33612345678")
    listening = receiver(twilio())

    assert (listening.is_new(delivery), listening.is_new(delivery)) == (True, False)
    assert receiver(twilio(), "new", OLD_KEY).is_new(form(OLD_KEY, Body=body))


@pytest.mark.parametrize(
    "change",
    [
        {"body": b"MessageSid=SM2"},
        {"url": URL.replace("tenant=1", "tenant=2")},
        {"url": ""},
        {"headers": {}},
        {"headers": {"x-twilio-signature": "no base64!"}},
        {"headers": {"x-twilio-signature": "AAAA"}},
    ],
)
def test_what_twilio_did_not_sign_is_not_believed(change):
    whole = form(Body="STOP")
    facts = {"body": whole.body, "headers": whole.headers, "url": whole.url} | change

    with pytest.raises(ConnectorAuthError):
        receiver(twilio()).is_new(Delivery(**facts))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("sent", NewsKind.ACCEPTED),
        ("delivered", NewsKind.ACCEPTED),
        ("undelivered", NewsKind.UNDELIVERABLE),
        ("failed", NewsKind.UNDELIVERABLE),
        ("queued", None),
    ],
)
def test_twilio_tells_what_became_of_a_notice(status, kind):
    news = twilio_news(form(MessageStatus=status), on=ON)

    assert told(news) == ([(kind, NOTICE, "", "")] if kind else [])


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"Body": "Payé hier"}, NewsKind.REPLIED),
        ({"Body": " stop "}, NewsKind.OPTED_OUT),
        ({"Body": "Arrêt", "OptOutType": "STOP"}, NewsKind.OPTED_OUT),
        ({"Body": "START"}, NewsKind.OPTED_IN),
        ({"Body": "Stop sending the wrong amount"}, NewsKind.REPLIED),
    ],
)
def test_twilio_tells_what_a_debtor_answered(fields, kind):
    (news,) = twilio_news(form(From="+33612345678", **fields), on=ON)

    assert (news.kind, news.sender, news.text) == (kind, "+33612345678", fields["Body"])
    assert (news.reference, news.on, news.channel) == (SID, ON, "sms")


# WhatsApp -----------------------------------------------------------------------------------
def meta(value, *, key=KEY, field="messages"):
    data = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [
        {"field": field, "value": {"messaging_product": "whatsapp", **value}}]}]}  # fmt: skip
    body = json.dumps(data).encode()
    digest = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    return Delivery(body=body, headers={"X-Hub-Signature-256": f"sha256={digest}"})


def test_metas_signature_is_over_the_body_as_it_came():
    # printf '{}' | openssl dgst -sha256 -hmac 12345
    right = "3fa9f4e5367ddddb8caec007014719f90ce9e902b2640a1985138c5e65b75082"
    headers = {"X-Hub-Signature-256": f"sha256={right}"}

    assert receiver(whatsapp()).is_new(Delivery(body=b"{}", headers=headers))
    with pytest.raises(ConnectorAuthError):
        receiver(whatsapp()).is_new(Delivery(body=b"{ }", headers=headers))
    assert receiver(whatsapp()).is_new(meta({}))


@pytest.mark.parametrize(
    ("status", "kind"),
    [("delivered", NewsKind.ACCEPTED), ("failed", NewsKind.UNDELIVERABLE), ("warning", None)],
)
def test_meta_tells_what_became_of_a_notice(status, kind):
    value = {"statuses": [{"id": "wamid.1", "status": status, "timestamp": "1",
                           "recipient_id": "33612345678",
                           "biz_opaque_callback_data": NOTICE}]}  # fmt: skip

    assert told(whatsapp_news(meta(value), on=ON)) == ([(kind, NOTICE, "", "")] if kind else [])


@pytest.mark.parametrize(
    ("part", "kind", "words"),
    [
        ({"type": "text", "text": {"body": "Vendredi"}}, NewsKind.REPLIED, "Vendredi"),
        ({"type": "text", "text": {"body": "Stop"}}, NewsKind.OPTED_OUT, "Stop"),
        ({"type": "button", "button": {"text": "Payé"}}, NewsKind.REPLIED, "Payé"),
        ({"type": "interactive", "interactive": {"button_reply": {"title": "1"}}},
         NewsKind.REPLIED, "1"),
        ({"type": "image", "image": {}}, NewsKind.REPLIED, "(image)"),
    ],
)  # fmt: skip
def test_meta_tells_what_a_debtor_answered(part, kind, words):
    value = {"messages": [{"from": "33612345678", "id": "wamid.2", "timestamp": "1", **part}]}

    assert told(whatsapp_news(meta(value), on=ON)) == [(kind, "", "+33612345678", words)]
    assert whatsapp_news(meta(value, field="account_update"), on=ON) == ()


def test_meta_is_answered_its_challenge():
    query = {"hub.mode": "subscribe", "hub.verify_token": "mine", "hub.challenge": "1158201444"}

    assert challenge(query, verify_token="mine") == "1158201444"  # noqa: S106  # not a secret
    for token in ("other", ""):
        with pytest.raises(ConnectorAuthError):
            challenge(query, verify_token=token)


# Telegram -----------------------------------------------------------------------------------
def update(**fields):
    return posted({"update_id": 9, **fields}, **{TELEGRAM_HEADER: KEY})


def test_telegram_tells_what_a_debtor_wrote():
    message = {"message_id": 3, "date": 1, "chat": {"id": 815, "type": "private"}, "text": "Demain"}

    assert told(telegram_news(update(message=message), on=ON)) == [
        (NewsKind.REPLIED, "", "815", "Demain")
    ]
    stop = update(message={**message, "text": "/stop"})
    assert telegram_news(stop, on=ON)[0].kind is NewsKind.OPTED_OUT
    assert telegram_news(update(poll={}), on=ON) == ()


@pytest.mark.parametrize(
    ("status", "kind"), [("kicked", NewsKind.OPTED_OUT), ("member", NewsKind.OPTED_IN)]
)
def test_a_debtor_who_blocks_the_bot_opts_out(status, kind):
    change = {"chat": {"id": 815}, "new_chat_member": {"status": status}}

    assert told(telegram_news(update(my_chat_member=change), on=ON)) == [(kind, "", "815", "")]


def test_what_is_read_of_telegram_is_in_its_contract():
    api = json.loads(shared_path("contracts/telegram/api.min.json").read_text("utf-8"))
    types = {
        name: {one["name"] for one in kind.get("fields", [])} for name, kind in api["types"].items()
    }
    read = {
        "Update": {"update_id", "message", "my_chat_member"},
        "Message": {"message_id", "chat", "text", "caption"},
        "Chat": {"id"},
        "ChatMemberUpdated": {"chat", "new_chat_member"},
        "ChatMemberBanned": {"status"},
    }
    assert {
        name: fields - types[name] for name, fields in read.items() if fields - types[name]
    } == {}


# Brevo --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("delivered", NewsKind.ACCEPTED),
        ("hardBounce", NewsKind.UNDELIVERABLE),
        ("rejected", NewsKind.UNDELIVERABLE),
        ("unsubscribe", NewsKind.OPTED_OUT),
        ("subscribe", NewsKind.OPTED_IN),
        ("softBounce", None),
        ("skip", None),
    ],
)
def test_brevo_tells_what_became_of_a_notice(event, kind):
    data = {"event": event, "phoneNumber": "33612345678", "tag": NOTICE, "messageId": "7"}

    assert told(brevo_news(posted(data), on=ON)) == (
        [(kind, NOTICE, "+33612345678", "")] if kind else []
    )


def test_brevo_tells_what_a_debtor_answered():
    data = {"event": "replied", "phoneNumber": "33612345678", "reply": "Stop", "messageId": "8"}

    assert told(brevo_news(posted(data), on=ON)) == [
        (NewsKind.OPTED_OUT, "", "+33612345678", "Stop")
    ]


# words that were chosen ---------------------------------------------------------------------
@pytest.mark.parametrize("header", [TELEGRAM_HEADER, BREVO_HEADER])
def test_a_word_proves_who_calls(header):
    right = Delivery(body=b"", headers={header.lower(): f"Bearer {KEY}"})
    check_word(right, header=header, words=("new", KEY), name="x")

    for words in (("other",), (), ("",)):
        for delivery in (right, Delivery(body=b"", headers={})):
            with pytest.raises(ConnectorAuthError, match="missing or wrong"):
                check_word(delivery, header=header, words=words, name="x")


# drift --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("reads", "delivery", "field"),
    [
        (twilio_news, Delivery(body=b"\xff=1", headers={}, url=URL), "MessageSid"),
        (twilio_news, form(Body="x"), "From"),
        (brevo_news, posted([]), "body"),
        (brevo_news, Delivery(body=b"<html>", headers={}), "body"),
        (brevo_news, posted({"event": 7}), "event"),
        (whatsapp_news, posted({"entry": {}}), "entry"),
        (whatsapp_news, meta({"statuses": [{"id": 1, "status": "sent"}]}), "id"),
        (whatsapp_news, meta({"messages": [{"id": "1"}]}), "from"),
        (telegram_news, posted({}), "update_id"),
        (telegram_news, update(message={"text": "x"}), "chat"),
        (telegram_news, update(my_chat_member={}), "new_chat_member"),
    ],
)
def test_drift_of_a_webhook_names_vendor_and_field(reads, delivery, field):
    with pytest.raises(ConnectorInvalidError, match="a webhook is not as expected") as why:
        reads(delivery, on=ON)
    assert list(why.value.fields) == [field]
    assert why.value.connector
