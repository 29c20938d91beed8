"""Webhooks: the published vectors, forgeries, replays, and hints that prove nothing."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from dunning_sdk.connectors.webhook import Delivery, Receiver, follow_hint
from dunning_sdk.connectors.webhook_scheme import body_base64, body_hex, standard, timestamped
from dunning_sdk.errors import ConfigError, ConnectorAuthError, ConnectorTransientError

# The vector of the Standard Webhooks specification's own libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, TIME = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
AT = datetime.fromtimestamp(TIME, UTC)
OTHER = "whsec_" + base64.b64encode(b"another secret of 24 by.").decode()


def delivery(body=BODY, **headers):
    given = {"Webhook-Id": ID, "Webhook-Timestamp": str(TIME), "Webhook-Signature": SIGNATURE}
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Delivery(body=body, headers=given | named)


def receiver(*secrets, at=AT, scheme=None, **over):
    return Receiver(scheme or standard(), secrets or [SECRET], now=lambda: at, **over)


def test_the_published_vector_holds():
    assert receiver().is_new(delivery())


def test_what_the_published_library_signs_holds_and_the_other_way_round():
    now = datetime.now(UTC)
    signed = Webhook(SECRET).sign("m-1", now, BODY.decode())
    mine = delivery(
        Webhook_Id="m-1", Webhook_Timestamp=str(int(now.timestamp())), Webhook_Signature=signed
    )

    assert receiver(at=now).verified(mine).id == "m-1"
    assert Webhook(SECRET).verify(mine.body, dict(mine.headers)) == json.loads(BODY)


@pytest.mark.parametrize(
    "forged",
    [
        delivery(b'{"test": 2432232315}'),
        delivery(b'{"test":2432232314}'),
        delivery(Webhook_Id="msg_other"),
        delivery(Webhook_Timestamp=str(TIME + 1)),
        delivery(Webhook_Signature="v1,AAAA"),
        delivery(Webhook_Signature="v2," + SIGNATURE[3:]),
        delivery(Webhook_Signature="v1,not base64!"),
        delivery(Webhook_Signature=""),
        delivery(Webhook_Timestamp="now"),
        delivery(Webhook_Timestamp="9" * 30),
        delivery(Webhook_Timestamp="-1"),
        delivery(Webhook_Id=" "),
    ],
)
def test_what_is_forged_or_illegible_is_not_believed(forged):
    with pytest.raises(ConnectorAuthError) as why:
        receiver().is_new(forged)
    assert SECRET not in str(why.value)
    assert "2432232314" not in str(why.value)


@pytest.mark.parametrize(
    ("seconds", "believed"), [(300, True), (-300, True), (301, False), (-301, False)]
)
def test_only_five_minutes_either_way_are_recent(seconds, believed):
    taken = receiver(at=AT + timedelta(seconds=seconds))

    if believed:
        assert taken.is_new(delivery())
    else:
        with pytest.raises(ConnectorAuthError, match="seconds ago"):
            taken.is_new(delivery())


def test_every_active_secret_and_every_signature_counts():
    rotated = delivery(Webhook_Signature=f"v1,{base64.b64encode(bytes(32)).decode()} {SIGNATURE}")

    assert receiver(OTHER, SECRET).is_new(delivery())
    assert receiver(SECRET).is_new(rotated)
    with pytest.raises(ConnectorAuthError, match="no signature"):
        receiver(OTHER).is_new(delivery())


def test_a_second_delivery_is_dropped_until_it_is_forgotten():
    taken = receiver()

    assert [taken.is_new(delivery()), taken.is_new(delivery())] == [True, False]
    taken.forget(delivery())
    assert taken.is_new(delivery())


def test_a_forgery_does_not_use_up_an_id():
    taken = receiver()
    with pytest.raises(ConnectorAuthError):
        taken.is_new(delivery(b"{}"))

    assert taken.is_new(delivery())


def test_the_memory_is_bounded():
    def signed(id):
        words = Webhook(SECRET).sign(id, AT, BODY.decode())
        return delivery(Webhook_Id=id, Webhook_Signature=words)

    taken = receiver(memory=2)
    assert [taken.is_new(signed(id)) for id in "abcacb"] == [True, True, True, True, False, True]


@pytest.mark.parametrize("secrets", [[], [""], ["whsec_"], ["whsec_not base64"]])
def test_without_a_key_nothing_is_received(secrets):
    with pytest.raises(ConfigError):
        Receiver(standard(), secrets, now=lambda: AT)


# other schemes ----------------------------------------------------------------------------
def mac(secret, content):
    return hmac.new(secret.encode(), content, hashlib.sha256)


def test_time_and_body_may_be_signed_in_one_header():
    words = f"t={TIME},v1={mac('s-1', f'{TIME}.'.encode() + BODY).hexdigest()}"
    taken = receiver("s-2", "s-1", scheme=timestamped("X-Qonto-Signature", name="qonto"))
    sent = Delivery(body=BODY, headers={"x-qonto-signature": words})

    assert [taken.is_new(sent), taken.is_new(sent)] == [True, False]
    with pytest.raises(ConnectorAuthError, match="qonto: no signature"):
        taken.is_new(Delivery(body=BODY + b" ", headers={"x-qonto-signature": words}))
    for broken in ("v1=00", "t=x,v1=00", f"t={TIME},v1=zz", f"t={TIME}"):
        with pytest.raises(ConnectorAuthError):
            taken.is_new(Delivery(body=BODY, headers={"X-Qonto-Signature": broken}))


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        (body_hex("Webhook-Signature"), mac("s-1", BODY).hexdigest()),
        (
            body_hex("X-Hub-Signature-256", prefix="sha256="),
            "sha256=" + mac("s-1", BODY).hexdigest(),
        ),
        (body_base64("x-xero-signature"), base64.b64encode(mac("s-1", BODY).digest()).decode()),
    ],
)
def test_the_body_alone_may_be_signed(scheme, text):
    names = {"Webhook-Signature": text, "X-Hub-Signature-256": text, "x-xero-signature": text}
    taken = receiver("s-1", scheme=scheme)

    assert taken.is_new(Delivery(body=BODY, headers=names))
    assert not taken.is_new(Delivery(body=BODY, headers=names))
    with pytest.raises(ConnectorAuthError):
        taken.is_new(Delivery(body=b"{}", headers=names))
    with pytest.raises(ConnectorAuthError, match="without"):
        taken.is_new(Delivery(body=BODY, headers={}))


# hints ------------------------------------------------------------------------------------
def test_a_hint_is_acted_on_by_what_is_read_and_only_once():
    acted = []
    state = {"known": "SUBMITTED"}

    def act(present):
        acted.append(present)
        state["known"] = present

    def heard(present):
        return follow_hint(lambda: present, known=state["known"], act=act)

    assert [heard("PAID"), heard("PAID"), heard(None)] == [True, False, False]
    assert acted == ["PAID"]


def test_nothing_is_done_where_the_outside_system_cannot_be_asked():
    def broken():
        raise ConnectorTransientError("away")

    with pytest.raises(ConnectorTransientError):
        follow_hint(broken, known=None, act=lambda _: pytest.fail("acted on a hint alone"))
