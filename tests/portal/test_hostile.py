"""What strangers and liars try at the portal: each tried, each refused."""

from datetime import timedelta

import pytest

from dunning_sdk.access.link import revoke
from dunning_sdk.portal.fields import FILE_BYTES_MAX
from tests.portal.browsing import NOW, a_debtor_at_the_portal
from tests.portal.installation import AS_OF, ROWS
from tests.portal.test_portal import PDF, replies, stops
from tests.toml import FINANCIER

MARKUP = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://evil.example")'
PLACES = (
    "/", "/invoice?i=F-1001", "/do/promise?i=F-1001", "/do/help", "/code", "/statement.csv",
    "/statement.pdf",
)  # fmt: skip


@pytest.fixture
def stranger(tmp_path):
    with a_debtor_at_the_portal(tmp_path) as debtor:
        yield debtor


@pytest.fixture
def known(stranger):
    stranger.enters()
    stranger.shows_a_code()
    return stranger


def test_without_a_link_nothing_is_shown(stranger):
    for place in PLACES:
        answer = stranger.client.get(f"/portal/lumen{place}")
        assert answer.status_code == 403
        assert "1200" not in answer.text


def test_tampered_expired_and_guessed_links_do_not_lead_in(stranger):
    link = stranger.link()
    wrong = [
        link[:-1] + ("0" if link[-1] != "0" else "1"),
        link[:-4],
        link + "00",
        stranger.link(as_of=AS_OF - timedelta(days=46)),
        "/portal/lumen/in/" + "0" * 60,
        "/portal/lumen/in/..%2f..%2fetc",
    ]

    assert {stranger.client.get(one).status_code for one in wrong} <= {403, 404}


def test_a_revoked_link_ends_the_visits_it_began(stranger):
    stranger.enters()
    revoke(stranger.engine, "D-1", on=AS_OF)

    assert stranger.at("/").status_code == 403


def test_a_tampered_cookie_does_not_count(stranger):
    stranger.enters()
    (name,) = stranger.client.cookies.keys()
    token, _, rest = stranger.client.cookies[name].partition(".")
    later = f"{token}.99999999999.{rest.partition('.')[2]}"
    stranger.client.cookies.clear()
    for value in (later, "x.y.z", ""):
        stranger.client.cookies.set(name, value, domain="pay.lumen.example")
        assert stranger.at("/").status_code == 403


def test_guessing_links_is_refused_after_a_while(stranger):
    answers = [stranger.client.get(f"/portal/lumen/in/{place:060x}") for place in range(14)]

    assert answers[0].status_code == 403
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0


def test_a_flood_of_requests_is_refused(stranger):
    stranger.enters()

    assert {stranger.at("/qr.svg", i="F-1003").status_code for _ in range(70)} >= {429}


def test_nothing_changes_without_a_code(stranger):
    stranger.enters()
    page = stranger.at("/")
    csrf = stranger.at("/code")
    answer = stranger.posts("/do/promise", csrf, i="F-1001", until_on="2026-03-20", amount="1200")

    assert page.status_code == 200
    assert answer.url.path == "/portal/lumen/code"
    assert stops(stranger) == {}


def test_a_code_counts_once_and_only_for_its_debtor(stranger):
    stranger.enters()
    stranger.posts("/code", stranger.at("/code"), send="yes")
    code = stranger.mailed_code()
    stranger.enters("D-2")
    other = stranger.posts("/code", stranger.at("/code"), code=code)
    stranger.enters()
    right = stranger.posts("/code", stranger.at("/code"), code=code)
    stranger.enters()
    again = stranger.posts("/code", stranger.at("/code"), code=code)

    assert (other.status_code, right.status_code, again.status_code) == (422, 200, 422)


def test_codes_cannot_be_guessed_or_asked_for_without_end(stranger):
    stranger.enters()
    sent = [stranger.posts("/code", stranger.at("/code"), send="yes") for _ in range(6)]
    code = stranger.mailed_code()
    wrong = [
        stranger.posts("/code", stranger.at("/code"), code=f"{(int(code) + 1) % 10**6:06}")
        for _ in range(5)
    ]
    right = stranger.posts("/code", stranger.at("/code"), code=code)

    assert [one.status_code for one in sent] == [200] * 5 + [429]
    assert {one.status_code for one in (*wrong, right)} == {422}


def test_a_code_stops_counting_after_half_an_hour(tmp_path):
    moments = {"now": NOW}
    with a_debtor_at_the_portal(tmp_path, clock=lambda: moments["now"]) as me:
        me.enters()
        me.shows_a_code()
        assert me.at("/do/help").url.path == "/portal/lumen/do/help"
        moments["now"] = NOW + timedelta(minutes=30)
        assert me.at("/do/help").url.path == "/portal/lumen/code"


def test_a_form_that_another_site_made_is_refused(known):
    answer = known.client.post(
        "/portal/lumen/do/help", data={"text": "x", "csrf": "0" * 64, "once": "1"}
    )

    assert answer.status_code == 403
    assert replies(known) == []


def test_receivables_of_another_debtor_lead_nowhere(known):
    for path in ("/invoice", "/qr.svg", "/document", "/do/promise"):
        assert known.at(path, i="F-2001").status_code == 404
    posted = known.posts(
        "/do/promise", known.at("/do/help"), i="F-2001", until_on="2026-03-20", amount="84"
    )

    assert posted.status_code == 404
    assert stops(known, "F-2001") == {}


@pytest.mark.parametrize("evil", [MARKUP, FORMULA, "\u202egpj.exe", "'; DROP TABLE event; --"])
def test_what_a_debtor_types_stays_text_wherever_it_is_shown(known, evil):
    known.does("help", text=evil)
    known.does("dispute", category="other", amount="10", why=evil)
    known.does("late", about="F-1002", until_on="", text=evil)
    known.does("contact", name=evil, email="a@b.example", phone="", language="fr")
    wrong = known.does("contact", name=evil, email=evil, phone=evil, language="fr")
    typed = known.does("promise", until_on=evil, amount=evil)
    shown = [known.at("/invoice", i="F-1001"), known.at("/do/contact"), wrong, typed]

    assert {wrong.status_code, typed.status_code} == {422}
    assert all(MARKUP not in page.text for page in shown)
    assert all("\u202e" not in page.text for page in shown[:2])


def test_markup_in_the_name_of_a_debtor_is_text(stranger):
    page = stranger.enters("D-2").text

    assert "<b>Dür</b>" not in page
    assert "&lt;b&gt;Dür&lt;/b&gt; GmbH" in page


def test_no_field_of_a_statement_is_a_formula(tmp_path):
    rows = ROWS.replace("F-1002", "=1+1").replace("F-1003", "@SUM(A1)")
    with a_debtor_at_the_portal(tmp_path, rows=rows) as me:
        me.enters()
        cells = [line.split(",")[0] for line in me.at("/statement.csv").text.splitlines()]

    assert {"'=1+1", "'@SUM(A1)"} <= set(cells)
    assert not {cell[0] for cell in cells} & set("=+-@")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("proof.pdf", b"MZ\x90\x00 a program"),
        ("proof.png", PDF),
        ("proof.pdf", b"<html><script>alert(1)</script>"),
        ("page.html", b"<html></html>"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("archive.zip", b"PK\x03\x04 a bomb"),
        ("..\\..\\con.pdf", PDF),
        (".pdf", PDF),
        ("proof.pdf.exe", PDF),
        ("big.pdf", PDF + b" " * FILE_BYTES_MAX),
    ],
)
def test_files_that_lie_about_their_type_are_not_taken(known, name, content):
    files = [("files", (name, content, "application/pdf"))]
    answer = known.does("paid", paid_on="2026-03-10", files=files)

    assert answer.status_code == 422
    assert replies(known) == []


def test_too_many_files_and_too_large_a_request_are_refused(known):
    four = [("files", (f"{place}.pdf", PDF, "application/pdf")) for place in range(4)]
    huge = [("files", ("a.pdf", PDF + b" " * (4 * FILE_BYTES_MAX), "application/pdf"))]

    assert known.does("paid", paid_on="2026-03-10", files=four).status_code == 422
    assert known.does("paid", paid_on="2026-03-10", files=huge).status_code == 413
    assert replies(known) == []


def test_under_a_confidential_contract_no_page_names_the_assignee(tmp_path):
    rows = ROWS.replace("lang\n", "lang,financed\n").replace(",fr\n", ",fr,yes\n")
    rows = rows.replace(",de\n", ",de,yes\n")
    with a_debtor_at_the_portal(
        tmp_path, rows=rows, contract_kind="confidential", financed_book="friendly"
    ) as me:
        me.enters()
        me.shows_a_code()
        pages = [me.client.get(f"/portal/lumen{place}") for place in PLACES]

        assert {page.status_code for page in pages} == {200}
        for page in pages:
            for secret in (FINANCIER["name"], FINANCIER["iban"], FINANCIER["email"]):
                assert secret not in page.text


def test_a_page_that_would_name_the_assignee_is_not_shown(tmp_path):
    rows = ROWS.replace("Boulangerie Martin SARL", FINANCIER["name"])
    with a_debtor_at_the_portal(tmp_path, rows=rows, contract_kind="confidential") as me:
        answer = me.enters()

    assert answer.status_code == 422
    assert FINANCIER["name"] not in answer.text


def test_a_tenant_without_a_portal_has_none(tmp_path):
    with a_debtor_at_the_portal(tmp_path, portal="") as me:
        assert me.client.get("/portal/lumen/").status_code == 404
        assert me.client.get("/portal/other/").status_code == 404


def test_every_answer_has_the_strict_headers(known):
    for place in PLACES:
        headers = known.client.get(f"/portal/lumen{place}").headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
