"""Every page has one frame, one set of rules and one language; what it is given stays text."""

import hashlib
import re
from datetime import UTC, date, datetime
from importlib import resources

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.testclient import TestClient

from dunning_sdk.domain.money import Money
from dunning_sdk.errors import DomainError, RecordNotFoundError, UnknownNameError
from dunning_sdk.look.choosing import own_path
from dunning_sdk.look.headers import CONTENT_POLICY
from dunning_sdk.look.parts import Badge, Column, Field, Link, Moment, Table, order_of
from dunning_sdk.look.rendering import BARE, Look
from dunning_sdk.look.site import Site
from dunning_sdk.look.words import LANGUAGES, Words

HTMX_SHA256 = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"  # npm, 4.0.1
COLUMNS = (
    Column(key="id", label="Receivable"),
    Column(key="due_on", label="Due", kind="date", is_sortable=True),
    Column(key="open", label="Open", kind="money", is_sortable=True),
    Column(key="state", label="State", is_minor=True),
)


@pytest.fixture(scope="module")
def look():
    return Look(("look",))


@pytest.fixture(scope="module")
def site(look):
    def fails(problem):
        def endpoint(request):
            raise problem

        return endpoint

    def staff(request):
        request.state.tells_faults = True
        raise DomainError("There is no such day", hint="Choose another.")

    routes = [
        Route("/lost", fails(RecordNotFoundError("No receivable acme:1; is it acme:2?"))),
        Route("/wrong", fails(DomainError("acme:2 is paid"))),
        Route("/often", fails(HTTPException(429, headers={"retry-after": "30"}))),
        Route("/broken", fails(ValueError("FR7630006000011234567890189"))),
        Route("/staff", staff),
    ]
    with TestClient(
        Site(look, routes), base_url="https://testserver", raise_server_exceptions=False
    ) as client:
        yield client


def drawn(look, source, language="en", **names):
    environment = look._environments[language]
    text = '{% import "look/parts.html" as ui %}' + source
    return " ".join(environment.from_string(text).render(names).split())


def test_every_word_is_there_in_every_language(look):
    english = set(look.words["en"].texts)
    assert tuple(look.words) == LANGUAGES
    assert all(set(words.texts) == english for words in look.words.values())
    assert all(text.strip() for words in look.words.values() for text in words.texts.values())


def test_every_text_fills_the_same_places_in_every_language(look):
    def places(text):
        return sorted(re.findall(r"\{(\w+)\}", text))

    english = {key: places(text) for key, text in look.words["en"].texts.items()}
    for words in look.words.values():
        assert {key: places(text) for key, text in words.texts.items()} == english


def test_an_unknown_word_names_the_nearest(look):
    with pytest.raises(UnknownNameError, match="next_page"):
        look.words["fr"].say("next_pag")
    with pytest.raises(UnknownNameError, match=r"look\.css"):
        look.assets.href("loook.css")


def test_counting_takes_the_form_of_the_language():
    texts = {"act.one": "{count} acte", "act.many": "{count} actes"}
    french, english = (Words(language=one, texts=texts) for one in ("fr", "en"))

    assert [french.count("act", n) for n in (0, 1, 2)] == ["0 acte", "1 acte", "2 actes"]
    assert english.count("act", 0) == "0 actes"


def test_a_name_nobody_gave_is_a_fault(look):
    with pytest.raises(UndefinedError):
        drawn(look, "{{ nobody }}")


def test_values_are_written_as_the_language_expects(look):
    row = (
        Link(text="F-1 <b>", href="/r/1"),
        date(2026, 3, 1),
        Money(1234_56, "EUR"),
        (Badge(text="late", tone="bad"), None),
    )
    table = Table(id="t", caption="Open", columns=COLUMNS, rows=[row])

    english = drawn(look, "{{ ui.table(it) }}", it=table)
    german = drawn(look, "{{ ui.table(it) }}", language="de", it=table)

    assert '<a href="/r/1">F-1 &lt;b&gt;</a>' in english
    assert "€1,234.56" in english
    assert '<time datetime="2026-03-01">01.03.2026</time>' in german
    assert '<span class="badge bad">late</span> <span class="quiet">–</span>' in german
    assert drawn(look, "{{ at | instant }}", at=datetime(2026, 3, 1, 9, 5, tzinfo=UTC)).endswith(
        "09:05"
    )
    assert drawn(look, "{{ n | number }}", language="fr", n=1234567) == "1 234 567"


def test_a_table_is_sorted_and_turned_over_by_links(look):
    order = order_of({"sort": "due_on", "page": "2", "state": "open"}, COLUMNS, default="due_on")
    rows = [("x", None, None, None)]
    text = drawn(
        look,
        "{{ ui.table(it) }}",
        it=Table(id="t", caption="Open", columns=COLUMNS, rows=rows, order=order, pages=3),
    )

    assert 'aria-sort="ascending"><a href="?state=open&amp;sort=-due_on">Due</a>' in text
    assert 'rel="prev" href="?state=open&amp;sort=due_on"' in text
    assert 'rel="next" href="?state=open&amp;sort=due_on&amp;page=3"' in text
    assert "Page 2 of 3" in text
    assert "Receivable</th>" in text


def test_an_empty_table_says_so(look):
    text = drawn(look, "{{ ui.table(it) }}", it=Table(id="t", caption="Open", columns=(), rows=()))

    assert "There is nothing here." in text
    assert "<table" not in text


def test_a_field_tells_its_hint_and_its_fault_to_every_reader(look):
    it = Field(name="iban", label="IBAN", value='"><script>', hint="27 signs", fault="Too short")
    text = drawn(look, "{{ ui.field(it) }}", it=it)

    assert 'aria-invalid="true" aria-describedby="f-iban-hint f-iban-fault"' in text
    assert 'id="f-iban-fault">Too short' in text
    assert "<script>" not in text


def test_a_password_is_never_written_back(look):
    it = Field(name="password", label="Password", value="s3cret", kind="password")

    assert "s3cret" not in drawn(look, "{{ ui.field(it) }}", it=it)


def test_forms_hold_the_token(look):
    text = drawn(look, "{% call ui.form('/x', 'tok', 'Send') %}<i></i>{% endcall %}")

    assert '<input type="hidden" name="csrf" value="tok">' in text
    assert 'value="tok"' in drawn(look, "{{ ui.act('/x', 'tok', 'Send', values={'a': '1'}) }}")


def test_a_timeline_tells_what_is_planned(look):
    moments = [Moment(on=date(2026, 3, 1), title="Formal notice", is_planned=True)]

    assert "planned" in drawn(look, "{{ ui.timeline(it, 'Course') }}", it=moments)


def test_html_that_was_made_here_stays_so(look):
    assert drawn(look, "{{ ui.cell(it) }}", it=Markup("<b>x</b>")) == "<b>x</b>"


def test_files_are_kept_for_ever_under_the_name_of_their_content(look, site):
    answer = site.get(look.assets.href("look.css"))

    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    plain = site.get(look.assets.href("look.css"), headers={"accept-encoding": "identity"})
    assert plain.content == answer.content
    assert site.get("/static/look.css").status_code == 404
    assert site.get("/static/..%2f__init__.py").status_code == 404


def test_the_vendored_script_is_the_one_that_was_published():
    file = resources.files("dunning_sdk.look") / "static" / "htmx.min.js"

    assert hashlib.sha256(file.read_bytes()).hexdigest() == HTMX_SHA256


def test_every_answer_carries_the_rules(look, site):
    for path in ("/lost", "/nowhere", "/broken", look.assets.href("look.js")):
        headers = site.get(path).headers

        assert headers["content-security-policy"] == CONTENT_POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["strict-transport-security"].startswith("max-age=")
    assert site.get("/lost").headers["cache-control"] == "no-store"
    assert "unsafe" not in CONTENT_POLICY


@pytest.mark.parametrize(
    ("path", "status"),
    [("/lost", 404), ("/nowhere", 404), ("/wrong", 422), ("/often", 429), ("/broken", 500)],
)
def test_a_fault_says_nothing_of_what_is_inside(site, path, status):
    answer = site.get(path, headers={"accept-language": "fr-FR,fr"})

    assert answer.status_code == status
    assert answer.headers["content-language"] == "fr"
    assert "acme" not in answer.text
    assert "FR76" not in answer.text
    assert '<html lang="fr"' in answer.text


def test_a_fault_tells_staff_what_to_do(site):
    answer = site.get("/staff")

    assert "There is no such day" in answer.text
    assert "Choose another." in answer.text
    assert site.get("/often").headers["retry-after"] == "30"


def test_light_or_dark_and_the_language_are_remembered(site):
    answer = site.post(
        "/look", data={"theme": "dark", "back": "/nowhere?a=1"}, follow_redirects=False
    )
    site.post("/look", data={"language": "de", "back": "/"}, follow_redirects=False)
    page = site.get("/nowhere")

    assert answer.headers["location"] == "/nowhere?a=1"
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert '<html lang="de" data-theme="dark">' in page.text
    site.cookies.clear()


def test_another_site_chooses_nothing(site):
    forged = {"sec-fetch-site": "cross-site"}
    answer = site.post("/look", data={"theme": "dark"}, headers=forged, follow_redirects=False)

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", ["//evil.test", "https://evil.test", "/\\evil.test", "/a\r\nx: y", "", "/é"]
)
def test_nobody_is_sent_away_to_another_site(path):
    assert own_path(path) == "/"


def test_the_frame_needs_nothing_but_what_it_names(look):
    page = look.render(
        "look/error.html", language="en", title="T", says="S", hint="", code="", **BARE
    )

    assert "http" not in re.sub(r"htmx-config|/static/htmx\S+", "", page)
    assert re.search(r"<script(?! src=)|<style|style=| on\w+=", page) is None
