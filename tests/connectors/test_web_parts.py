"""Pages that never end, contracts that drift, options, redaction, recording."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Site, ask, tell
from dunning_sdk.connectors.http_transport import HttpCall, HttpReply, RequestsTransport
from dunning_sdk.connectors.options import read_options, read_secret
from dunning_sdk.connectors.pages import cursor_pages, numbered_pages
from dunning_sdk.connectors.payload import Payload, as_problem, new_fields, read_payload
from dunning_sdk.connectors.redaction import safe_headers, told, without_secrets
from dunning_sdk.errors import ConfigError, ConnectorInvalidError, ConnectorNotFoundError
from dunning_sdk.testing.loopback import Answer, Loopback
from dunning_sdk.testing.recording import Recorder, Replay, Tape


# pages ------------------------------------------------------------------------------------
def test_a_cursor_that_comes_back_is_an_error_and_no_end():
    shelves = {"": ("a", "1"), "1": ("b", "2"), "2": ("c", "1")}

    with pytest.raises(ConnectorInvalidError, match="demo: a list cannot be read to its end"):
        list(cursor_pages(shelves.__getitem__, connector="demo"))
    with pytest.raises(ConnectorInvalidError, match="no end after 3 pages"):
        list(cursor_pages(lambda seen: ("a", seen + "x"), connector="demo", pages_max=3))


@given(st.lists(st.lists(st.integers(), min_size=1), min_size=1))
def test_numbered_pages_are_read_in_order_to_the_end(pages):
    distinct = [[place, *page] for place, page in enumerate(pages)]

    read = numbered_pages(lambda page: (distinct[page - 1], page < len(distinct)), connector="demo")
    assert list(read) == [item for page in distinct for item in page]


@pytest.mark.parametrize("page", [[], ["a"]])
def test_a_page_that_repeats_or_is_empty_before_the_end_is_an_error(page):
    with pytest.raises(ConnectorInvalidError, match="repeats the one before or is empty"):
        list(numbered_pages(lambda _: (page, True), connector="demo"))


def test_numbered_pages_have_an_end():
    with pytest.raises(ConnectorInvalidError, match="no end after 2 pages"):
        list(numbered_pages(lambda n: ([n], True), connector="demo", pages_max=2))


# drift ------------------------------------------------------------------------------------
class Thing(Payload):
    unread = frozenset(("size",))

    id: int
    name: str


def test_a_missing_field_and_a_wrong_type_are_named_without_values():
    with pytest.raises(ConnectorInvalidError) as why:
        read_payload(Thing, {"id": "seven", "secret": 1}, connector="demo", what="thing 7")

    assert set(why.value.fields) == {"id", "name"}
    assert why.value.message.startswith("demo: thing 7 is not as expected: id: ")
    assert "seven" not in str(why.value)
    problem = as_problem(why.value, source="demo:7")
    assert str(problem).startswith("demo:7: thing 7 is not as expected")


def test_a_number_with_decimals_is_exact_and_no_text_is_a_number():
    class Priced(Payload):
        amount: Decimal

    for price in (Decimal("0.10"), "0.10"):
        read = read_payload(Priced, {"amount": price}, connector="demo", what="price")
        assert read.amount == Decimal("0.10")
    with pytest.raises(TypeError):
        read_payload(Priced, {"amount": object()}, connector="demo", what="price")


def test_a_new_field_breaks_nothing_and_is_named_once():
    things = [
        read_payload(
            Thing, {"id": n, "name": "x", "size": n, "color": "red"}, connector="demo", what="thing"
        )
        for n in range(3)
    ]

    assert [str(problem) for problem in new_fields(things, connector="demo", what="thing")] == [
        "demo: color: is new in a thing and is not read — Look for a newer version of the "
        "connector, or report the change to its authors"
    ]


# options ----------------------------------------------------------------------------------
class Options(BaseModel, extra="forbid"):
    base_url: str = "https://demo.example"


def test_an_unknown_option_is_named():
    assert read_options(Options, {}, section="[sink]").base_url == "https://demo.example"
    with pytest.raises(ConfigError, match=r"\[sink\] url: "):
        read_options(Options, {"url": "x"}, section="[sink]")


def test_a_secret_comes_from_the_environment_or_a_file(tmp_path, monkeypatch):
    def secret(file=""):
        return read_secret(env="DEMO_KEY", file=file, folder=tmp_path, what="The demo key")

    monkeypatch.delenv("DEMO_KEY", raising=False)
    (tmp_path / "key").write_text("from the file\n")
    (tmp_path / "empty").write_text("\n")

    assert secret("key") == "from the file"
    for file, why in (
        ("", "DEMO_KEY is not set"),
        ("none", "cannot be read"),
        ("empty", "is empty"),
    ):
        with pytest.raises(ConfigError, match=why):
            secret(file)
    monkeypatch.setenv("DEMO_KEY", "from the variable")
    assert secret("key") == "from the variable"


# redaction --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("IBAN FR76 3000 6000 0112 3456 7890 189 is closed", "IBAN … is closed"),
        ("IBAN FR7630006000011234567890189 is closed", "IBAN … is closed"),
        ("write to <ana@mail.example>\nplease", "write to <…> please"),
        ("call +33 6 12 34 56 78", "call …"),
        ("SIREN 732829320 unknown", "SIREN … unknown"),
        ("value 'Martin SARL' is taken; it isn't yours", "value … is taken; it isn't yours"),
        ("must be at most 20000", "must be at most 20000"),
        ("x" * 300, "x" * 159 + "…"),
    ],
)
def test_what_a_vendor_says_is_told_without_personal_data(said, kept):
    assert told(said) == kept


def test_the_longer_secret_goes_first():
    assert without_secrets("abcdef abc", ["abc", "abcdef", ""]) == "[secret] [secret]"
    assert safe_headers({"Set-Cookie": "a", "X-Api-Key": "b", "ETag": "c"}) == {
        "set-cookie": "[secret]", "x-api-key": "[secret]", "etag": "c",
    }  # fmt: skip


# recording --------------------------------------------------------------------------------
KEY = "key-4f2a9c01"


def test_what_was_recorded_is_replayed_and_holds_no_secret():
    answers = iter([Answer.of({"you": KEY}), Answer(body=b"\xff\x00"), Answer.of({"n": 2})])
    with Loopback(lambda _: next(answers)) as server:
        site = Site(connector="demo", base_url=server.url, headers={"Authorization": KEY})
        tape = Tape()
        live = HttpClient(
            site, transport=Recorder(RequestsTransport(connector="demo"), tape, secrets=[KEY])
        )
        assert live.data(ask("/me", api_key=KEY)) == {"you": KEY}
        live.reply(ask("/file"))
        live.data(tell("POST", "/me", {"a": 1}))

    text = tape.to_json()
    replay = Replay(Tape.from_json(text), connector="demo")
    again = HttpClient(site, transport=replay)

    assert KEY not in text
    assert "127.0.0.1" not in text
    assert again.data(tell("POST", "/me", {"a": 1})) == {"n": 2}
    assert again.reply(ask("/file")).body == b"\xff\x00"
    assert again.data(ask("/me", api_key=KEY)) == {"you": "[secret]"}
    for unknown in (ask("/me", api_key=KEY), tell("POST", "/me", {"a": 2})):
        with pytest.raises(ConnectorNotFoundError, match="/me was not recorded"):
            again.data(unknown)


def test_a_tape_is_plain_json():
    call = HttpCall(method="GET", url="https://x.example/a?b=1")
    tape = Tape()

    class Fixed:
        def send(self, call):
            return HttpReply(status=200, headers={"etag": "x", "date": "now"}, body=b"{}")

    Recorder(Fixed(), tape).send(call)

    assert json.loads(tape.to_json()) == [
        {"method": "GET", "target": "/a?b=1", "body": "",
         "reply": {"status": 200, "headers": {"etag": "x"}, "text": "{}"}}
    ]  # fmt: skip
