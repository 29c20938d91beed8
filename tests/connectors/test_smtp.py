"""SMTP against a real server, and against one that hangs up where it hurts."""

import datetime as dt
import email
import email.policy
import socket
import ssl
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dunning_sdk.connectors.mail import RedirectChannel
from dunning_sdk.connectors.smtp import Security, SmtpChannel, SmtpServer
from dunning_sdk.domain.notice import Message, Receipt, ReceiptStatus
from dunning_sdk.errors import (
    ConfigError,
    ConnectorAuthError,
    ConnectorError,
    ConnectorInvalidError,
    ConnectorTransientError,
)

NOW = dt.datetime(2026, 3, 2, 8, 30, tzinfo=dt.UTC)
MESSAGE = Message(
    id="n-1",
    channel="email",
    sender_name="Atelier Lumière",
    sender_email="compta@lumen.example",
    to_name="Claire",
    to_email="claire@oeuvre.example",
    subject="Échéance",
    text="Bonjour,\n\n.\n..\nÀ régler : 12 €\n",
    html="<p>À régler</p>",
    language="fr",
)
NOBODY = replace(MESSAGE, to_email="nobody@oeuvre.example")
BUSY = replace(MESSAGE, to_email="busy@oeuvre.example")
SPAM = replace(MESSAGE, subject="spam")


class Mailbox:
    """What the server accepted, and how it answers."""

    def __init__(self):
        self.accepted = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address.startswith("nobody"):
            return f"550 5.1.1 <{address}> user unknown"
        if address.startswith("busy"):
            return "451 4.7.1 greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if b"Subject: spam" in envelope.content:
            return "554 5.7.1 refused by content"
        self.accepted.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 2.0.0 queued"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime.now(dt.UTC) - dt.timedelta(days=1))
        .not_valid_after(dt.datetime.now(dt.UTC) + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder


def tls_of(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    return context


def accepts(server, session, envelope, mechanism, login):
    right = (login.login, login.password) == (b"user", b"right")
    return AuthResult(success=right, handled=False)


class TlsController(Controller):
    def factory(self):
        return SMTP(
            self.handler,
            hostname="localhost",
            tls_context=self.tls,
            require_starttls=True,
            authenticator=accepts,
            auth_required=True,
        )


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture
def plain():
    controller = Controller(Mailbox(), hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def starttls(certificate):
    controller = TlsController(Mailbox(), hostname="127.0.0.1", port=free_port())
    controller.tls = tls_of(certificate)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def implicit(certificate):
    controller = Controller(
        Mailbox(), hostname="127.0.0.1", port=free_port(), ssl_context=tls_of(certificate)
    )
    controller.start()
    yield controller
    controller.stop()


def at(controller, **over):
    settings = {"security": Security.NONE, "timeout_seconds": 5, **over}
    return SmtpChannel(
        SmtpServer(host="localhost", port=controller.port, **settings), now=lambda: NOW
    )


@contextmanager
def scripted(*replies):
    """Serve one connection that answers each line in turn, then hangs up.

    A reply of ``b""`` hangs up; the data between DATA and its end get no answer.
    """
    listener = socket.create_server(("localhost", 0))

    def serve():
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            for reply in replies:
                if not reply:
                    return
                connection.sendall(reply + b"\r\n")
                if reply.startswith(b"354"):
                    while lines.readline().rstrip(b"\r\n") != b".":
                        pass
                else:
                    lines.readline()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield SmtpChannel(
            SmtpServer(
                host="localhost",
                port=listener.getsockname()[1],
                security=Security.NONE,
                timeout_seconds=5,
            ),
            now=lambda: NOW,
        )
    finally:
        thread.join(timeout=5)
        listener.close()


GREETING = (b"220 ready", b"250 hello")


def test_a_notice_arrives_as_it_was_written(plain):
    receipt = at(plain).send(MESSAGE)
    sender, recipients, content = plain.handler.accepted[0]
    mail = email.message_from_bytes(content, policy=email.policy.default)

    assert receipt == Receipt(status=ReceiptStatus.SENT, reference="<n-1@lumen.example>")
    assert (sender, recipients) == ("compta@lumen.example", ["claire@oeuvre.example"])
    assert mail["Message-ID"] == "<n-1@lumen.example>"
    assert mail["Date"] == "Mon, 02 Mar 2026 08:30:00 +0000"
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == MESSAGE.text


def test_a_domain_of_its_own_is_used_for_the_message_id(plain):
    server = SmtpServer(host="localhost", port=plain.port, security=Security.NONE)

    assert SmtpChannel(server, domain="notices.example").send(MESSAGE).reference == (
        "<n-1@notices.example>"
    )


def test_starttls_and_login(starttls, certificate):
    channel = at(
        starttls,
        security=Security.STARTTLS,
        user="user",
        secret="right",
        certificates=str(certificate / "cert.pem"),
    )

    assert channel.send(MESSAGE).status is ReceiptStatus.SENT
    assert len(starttls.handler.accepted) == 1


def test_tls_from_the_start(implicit, certificate):
    channel = at(implicit, security=Security.TLS, certificates=str(certificate / "cert.pem"))

    assert channel.send(MESSAGE).status is ReceiptStatus.SENT


def test_a_wrong_password_is_an_error_of_credentials(starttls, certificate):
    channel = at(
        starttls,
        security=Security.STARTTLS,
        user="user",
        secret="wrong",
        certificates=str(certificate / "cert.pem"),
    )

    with pytest.raises(ConnectorAuthError) as caught:
        channel.send(MESSAGE)
    assert "wrong" not in str(caught.value)
    assert starttls.handler.accepted == []


def test_a_certificate_that_is_not_trusted_stops_the_notice(starttls):
    channel = at(starttls, security=Security.STARTTLS, user="user", secret="right")

    with pytest.raises(ConnectorError, match="not trusted") as caught:
        channel.send(MESSAGE)
    assert not caught.value.retryable


def test_a_server_without_starttls_is_never_used_unprotected(plain):
    with pytest.raises(ConnectorError, match="no STARTTLS"):
        at(plain, security=Security.STARTTLS).send(MESSAGE)

    assert plain.handler.accepted == []


def test_a_refused_addressee_is_a_failure_without_the_address_in_it(plain):
    receipt = at(plain).send(NOBODY)

    assert receipt == Receipt(
        status=ReceiptStatus.FAILED,
        detail="The mail server refuses the addressee (550 5.1.1); check the address or the server",
    )


def test_a_message_refused_by_its_content_is_a_failure(plain):
    receipt = at(plain).send(SPAM)

    assert receipt.status is ReceiptStatus.FAILED
    assert "(554 5.7.1)" in receipt.detail


def test_a_server_that_is_busy_is_asked_again_later(plain):
    with pytest.raises(ConnectorTransientError, match=r"451 4\.7\.1") as caught:
        at(plain).send(BUSY)

    assert (caught.value.retryable, caught.value.outcome_unknown) == (True, False)


def test_a_connection_lost_after_the_data_leaves_the_outcome_unknown():
    with (
        scripted(*GREETING, b"250 ok", b"250 ok", b"354 go", b"") as channel,
        pytest.raises(ConnectorTransientError) as caught,
    ):
        channel.send(MESSAGE)

    assert (caught.value.retryable, caught.value.outcome_unknown) == (False, True)


def test_an_answer_nobody_understands_after_the_data_leaves_the_outcome_unknown():
    with (
        scripted(*GREETING, b"250 ok", b"250 ok", b"354 go", b"what?") as channel,
        pytest.raises(ConnectorTransientError) as caught,
    ):
        channel.send(MESSAGE)

    assert caught.value.outcome_unknown


@pytest.mark.parametrize(
    "replies",
    [
        (b"",),
        (b"220 ready", b""),
        (*GREETING, b"250 ok", b""),
        (*GREETING, b"250 ok", b"250 ok", b""),
    ],
)
def test_a_connection_lost_before_the_data_means_nothing_has_left(replies):
    with scripted(*replies) as channel, pytest.raises(ConnectorTransientError) as caught:
        channel.send(MESSAGE)

    assert (caught.value.retryable, caught.value.outcome_unknown) == (True, False)


def test_a_connection_lost_after_acceptance_changes_nothing():
    with scripted(*GREETING, b"250 ok", b"250 ok", b"354 go", b"250 queued") as channel:
        assert channel.send(MESSAGE).status is ReceiptStatus.SENT


def test_a_refusal_for_now_after_the_data_means_nothing_has_left():
    with (
        scripted(*GREETING, b"250 ok", b"250 ok", b"354 go", b"452 4.3.1 disk full") as channel,
        pytest.raises(ConnectorTransientError, match=r"452 4\.3\.1") as caught,
    ):
        channel.send(MESSAGE)

    assert not caught.value.outcome_unknown


@pytest.mark.parametrize(("reply", "failed"), [(b"530 no", True), (b"250 what", False)])
def test_data_that_are_not_asked_for_are_not_sent(reply, failed):
    with scripted(*GREETING, b"250 ok", b"250 ok", reply, b"221 bye") as channel:
        if failed:
            assert channel.send(MESSAGE).status is ReceiptStatus.FAILED
        else:
            with pytest.raises(ConnectorTransientError):
                channel.send(MESSAGE)


def test_a_server_that_is_not_there_is_tried_again_later():
    server = SmtpServer(host="localhost", port=free_port(), security=Security.NONE)
    channel = SmtpChannel(server)

    with pytest.raises(ConnectorTransientError, match="cannot be reached") as caught:
        channel.send(MESSAGE)
    assert (caught.value.retryable, caught.value.outcome_unknown) == (True, False)


def test_a_server_that_never_answers_is_given_up_after_the_time_limit():
    with socket.create_server(("localhost", 0)) as listener:
        server = SmtpServer(
            host="localhost",
            port=listener.getsockname()[1],
            security=Security.NONE,
            timeout_seconds=1,
        )
        with pytest.raises(ConnectorTransientError):
            SmtpChannel(server).send(MESSAGE)


def test_a_notice_with_no_address_never_reaches_the_server(plain):
    with pytest.raises(ConnectorInvalidError):
        at(plain).send(replace(MESSAGE, to_email=""))

    assert plain.handler.accepted == []


def test_redirected_notices_go_to_the_one_address_only(plain):
    RedirectChannel(at(plain), to_email="test@operator.example").send(MESSAGE)
    _, recipients, content = plain.handler.accepted[0]

    assert recipients == ["test@operator.example"]
    assert b"X-Original-To: claire@oeuvre.example\r\n" in content


def test_a_password_is_neither_shown_nor_sent_unprotected():
    server = SmtpServer(host="localhost", user="user", secret="hidden", security=Security.NONE)

    assert "hidden" not in repr(server)
    with pytest.raises(ConfigError, match="unprotected"):
        SmtpChannel(server)


def test_certificates_that_cannot_be_read_are_a_fault_of_the_configuration(tmp_path):
    (tmp_path / "empty.pem").write_bytes(b"")

    for name in ("empty.pem", "absent.pem"):
        with pytest.raises(ConfigError, match="cannot be read"):
            SmtpChannel(SmtpServer(host="localhost", certificates=str(tmp_path / name)))


def test_a_missing_host_says_what_to_set():
    with pytest.raises(ConfigError, match="No SMTP server is named"):
        SmtpChannel(SmtpServer(host=""))


def test_smtp_cannot_tell_what_became_of_an_earlier_notice(plain):
    assert at(plain).lookup("n-1") is None
