"""`dunning serve` takes the vendors' webhooks: what each proves is believed, and nothing else."""

import hashlib
import hmac
import json
from urllib.parse import urlencode

import pytest
from dunning_sdk.access.tenants import Tenants
from dunning_sdk.engine.engine import Engine
from dunning_sdk.installation.config import load_config
from dunning_sdk.service.app import build_service
from starlette.testclient import TestClient
from tests.plugins.installation import installation
from twilio.request_validator import RequestValidator

import dunning_messaging

URL = "https://host.example/v1/incoming/plugins/sms"
SECRETS = {
    "TWILIO_AUTH_TOKEN": "12345",
    "WHATSAPP_APP_SECRET": "67890",
    "WHATSAPP_VERIFY_TOKEN": "is it you",
    "TELEGRAM_WEBHOOK_WORD": "a-word",
    "BREVO_WEBHOOK_WORD": "another-word",
}
SECTIONS = f"""
[incoming.sms]
connector = "twilio"
url = "{URL}"
[incoming.whatsapp]
connector = "whatsapp-cloud"
[incoming.telegram]
connector = "telegram"
[incoming.brevo]
connector = "brevo-sms"
"""
UNKNOWN = {"heard": 0, "unknown": 1}


@pytest.fixture
def client(tmp_path, monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    config = load_config(installation(tmp_path, more=SECTIONS))
    with Engine(config, config.open_store(), plugins=[dunning_messaging]) as engine:
        yield TestClient(build_service(Tenants([engine])), raise_server_exceptions=False)


def test_twilios_webhook_is_believed_at_the_address_it_was_given(client):
    fields = {"MessageSid": "SM1", "From": "+33612345678", "Body": "déjà payé"}
    signature = RequestValidator("12345").compute_signature(f"{URL}?tenant=1", fields)
    headers = {"x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded"}
    path, body = "/incoming/plugins/sms?tenant=1", urlencode(fields).encode()

    answers = [client.post(path, content=body, headers=headers) for _ in range(2)]
    forged = client.post(path, content=body + b"x", headers=headers)

    assert [answer.json() for answer in answers] == [UNKNOWN, {"heard": 0, "unknown": 0}]
    assert forged.status_code == 401


def test_metas_webhook_and_its_first_question_are_believed(client):
    status = {"id": "wamid.1", "status": "read", "biz_opaque_callback_data": "n-1"}
    value = {"messaging_product": "whatsapp", "metadata": {}, "statuses": [status]}
    told = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}],
    }
    body = json.dumps(told).encode()
    digest = hmac.new(b"67890", body, hashlib.sha256).hexdigest()
    headers = {"x-hub-signature-256": f"sha256={digest}"}
    question = {"hub.mode": "subscribe", "hub.challenge": "4711"}
    path = "/incoming/plugins/whatsapp"

    assert client.post(path, content=body, headers=headers).json() == UNKNOWN
    assert client.post(path, content=body).status_code == 401
    assert client.get(path, params=question | {"hub.verify_token": "is it you"}).text == "4711"
    assert client.get(path, params=question | {"hub.verify_token": "x"}).status_code == 401


@pytest.mark.parametrize(
    ("name", "headers", "body"),
    [
        ("telegram", {"x-telegram-bot-api-secret-token": "a-word"}, {"update_id": 1}),
        (
            "brevo",
            {"authorization": "Bearer another-word"},
            {"event": "sent", "tag": "n-1", "messageId": 1, "phoneNumber": "33612345678"},
        ),
    ],
)
def test_a_word_is_believed_and_another_is_not(client, name, headers, body):
    path = f"/incoming/plugins/{name}"
    wrong = {key: f"{value}x" for key, value in headers.items()}

    assert client.post(path, json=body, headers=headers).status_code == 200
    assert client.post(path, json=body, headers=wrong).status_code == 401
    assert client.post(path, json=body).status_code == 401
