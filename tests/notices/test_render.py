import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Contact, Party
from dunning_sdk.errors import (
    BookError,
    BookSyntaxError,
    DomainError,
    ExpressionTypeError,
    UnknownNameError,
)
from dunning_sdk.notices.context import NoticeItem
from dunning_sdk.notices.render import OUTPUT_CHARACTERS_MAX, Renderer, render
from dunning_sdk.notices.sample import sample_context
from dunning_sdk.notices.templates import load_shipped

SHIPPED = load_shipped()
NAMES = SHIPPED.names("en")
PAIRS = [(language, name) for language in SHIPPED.languages for name in SHIPPED.names(language)]
ASSIGNMENT = {"assignee", "assignment_mention"}


def own(body, *, subject="About {{ items | numbers }}"):
    """Return the shipped templates with one of our own."""
    return SHIPPED.overlay({"en/own.txt": f"Subject: {subject}\n\n{body}\n"}, origin="mine")


def rendered(body, **over):
    context = replace(sample_context("own", language="en"), **over)
    return render(context, own(body))


def item(number, *, days_overdue, open_minor=10_000):
    return NoticeItem(
        invoice_number=number,
        issued_on=date(2026, 1, 5),
        due_on=date(2026, 2, 4),
        amount=Money(open_minor, "EUR"),
        open_amount=Money(open_minor, "EUR"),
        days_overdue=days_overdue,
    )


@pytest.mark.parametrize("language", SHIPPED.languages)
def test_every_language_has_the_same_templates(language):
    assert SHIPPED.names(language) == NAMES


@pytest.mark.parametrize("language", SHIPPED.languages)
@pytest.mark.parametrize("name", NAMES)
def test_a_template_uses_the_same_facts_in_every_language(language, name):
    renderer = Renderer(SHIPPED)

    assert renderer.variables_of(language, name) == renderer.variables_of("fr", name)


# Words that a text of another language would hardly do without.
TELLTALES = {
    "de": {"zum", "der", "die", "das", "und", "nicht", "Rechnung", "Rechnungen", "mit"},
    "en": {"the", "of", "to", "is", "your", "invoice", "invoices", "with"},
    "fr": {"le", "la", "les", "de", "du", "une", "votre", "facture", "factures"},
}


def words_of(text):
    return set(re.findall(r"[^\W\d_]+", text))


@pytest.mark.parametrize(("language", "name"), PAIRS)
def test_no_word_of_another_language_is_left(language, name):
    context = sample_context(name, language=language)
    notice = render(context, SHIPPED)
    said = " ".join(line for part in notice.parts for line in part.lines)
    # Names of parties and of French acts stay as they are.
    named = words_of(" ".join((context.addressee.name, *context.debtor.address.lines)))
    acts = words_of("Code de commerce Code civil Code de procédure civile")
    others = set().union(*(TELLTALES[one] for one in SHIPPED.languages if one != language))

    assert words_of(f"{notice.subject} {said}") & (others - named - acts) == set()
    assert words_of(said) & TELLTALES[language]


@pytest.mark.parametrize(("language", "name"), PAIRS)
def test_every_shipped_template_renders_its_sample(language, name):
    notice = render(sample_context(name, language=language), SHIPPED)

    assert notice.subject
    assert "\n" not in notice.subject
    assert len(notice.parts) >= 3
    assert "None" not in notice.text + notice.html
    assert f'<html lang="{language}">' in notice.html


@pytest.mark.parametrize(
    ("language", "name"),
    [pair for pair in PAIRS if pair[1] not in {"deposit-advice", "eligibility-request"}],
)
def test_every_notice_states_numbers_amounts_and_due_dates(language, name):
    context = sample_context(name, language=language)
    notice = render(context, SHIPPED)

    for stated in context.items:
        assert stated.invoice_number in notice.text
        assert stated.invoice_number in notice.html
        assert stated.open_amount.format(language) in notice.text
        assert (
            notice.language.long_date(stated.due_on).replace("\u00a0", " ")
            in (notice.text.replace("\u00a0", " "))
            or notice.language.date(stated.due_on) in notice.text
        )


@pytest.mark.parametrize("language", SHIPPED.languages)
@pytest.mark.parametrize(
    "name",
    ["before-due", "due-today", "overdue-first", "overdue-second", "formal-notice", "confirmation",
     "financed-invoice", "friendly-reminder", "friendly-before-due", "prevention",
     "personal-before-due", "personal-reminder", "personal-reminder-gentle",
     "personal-reminder-firm"],
)  # fmt: skip
def test_every_notice_to_a_debtor_says_how_to_pay_and_whom_to_answer(language, name):
    context = sample_context(name, language=language)
    notice = render(context, SHIPPED, qr="payment-qr.png")

    for words in (notice.text, notice.html):
        assert notice_iban(context) in words
        assert context.reference_to_quote in words
        assert context.sender_contact.email in words
        assert context.payment_link in words
    assert 'src="cid:payment-qr.png"' in notice.html


def notice_iban(context):
    iban = context.account.iban
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


@pytest.mark.parametrize(
    ("language", "name"), [pair for pair in PAIRS if pair[0] == "fr"], ids=lambda value: value
)
def test_french_is_set_with_unbreakable_blanks_and_curved_apostrophes(language, name):
    notice = render(sample_context(name, language=language), SHIPPED)
    words = [notice.subject, *(line for part in notice.parts for line in part.lines)]

    for mark in (" :", " ;", " ?", " !", " €", "'"):
        assert [line for line in words if mark in line] == []


@pytest.mark.parametrize(
    ("days_overdue", "said"),
    [(-7, "falls due in 7 days"), (-1, "falls due tomorrow"), (0, "falls due today"),
     (1, "fell due yesterday"), (2, "fell due 2 days ago")],
)  # fmt: skip
def test_the_text_states_the_days_as_they_are_on_the_day_of_sending(days_overdue, said):
    context = sample_context("due-today", language="en")
    notice = render(replace(context, items=(item("F-1", days_overdue=days_overdue),)), SHIPPED)

    assert said in " ".join(notice.text.split())


@pytest.mark.parametrize(
    ("days_overdue", "said"), [(1, "1\u00a0jour de retard"), (8, "8\u00a0jours de retard")]
)
def test_plural_follows_the_number(days_overdue, said):
    context = sample_context("overdue-first", language="fr")
    notice = render(replace(context, items=(item("F-1", days_overdue=days_overdue),)), SHIPPED)

    assert said in notice.html


def test_figures_of_interest_and_compensation_appear_only_when_they_are_given():
    context = sample_context("overdue-second", language="en")
    without = render(context, SHIPPED)
    figures = replace(
        context, late_interest=Money(1234, "EUR"), recovery_compensation=Money(4000, "EUR")
    )
    with_figures = render(figures, SHIPPED)

    assert "late-payment interest" in without.text
    assert "40.00" not in without.text
    assert "Fixed compensation for recovery costs: €40.00" in with_figures.text
    assert "Late-payment interest to date: €12.34" in with_figures.text


def test_a_consumer_reads_nothing_of_the_compensation_between_businesses():
    context = sample_context("overdue-second", language="en")
    consumer = replace(context, debtor=replace(context.debtor, is_company=False))

    assert "compensation" not in render(consumer, SHIPPED).text


def test_a_formal_notice_cites_articles_of_the_law_that_applies_alone():
    french = sample_context("formal-notice", language="en")
    elsewhere = replace(french, jurisdiction="BE")

    assert "article 1344" in render(french, SHIPPED).text
    assert "article" not in render(elsewhere, SHIPPED).text
    assert "formal notice to pay" in render(elsewhere, SHIPPED).text


@pytest.mark.parametrize(
    ("is_company", "charged", "cited"),
    [(True, True, {"286", "288 Abs. 2", "288 Abs. 5", "1. September"}),
     (True, False, {"286", "288 Abs. 2", "288 Abs. 5"}),
     (False, False, {"286", "288 Abs. 1"})],
)  # fmt: skip
def test_a_german_formal_notice_cites_german_law(is_company, charged, cited):
    context = replace(sample_context("formal-notice", language="de"), jurisdiction="DE")
    context = replace(context, debtor=replace(context.debtor, is_company=is_company))
    if charged:
        context = replace(
            context,
            recovery_compensation=Money(4000, "EUR"),
            late_interest=Money(1234, "EUR"),
            interest_until_on=date(2026, 9, 1),
        )
    notice = render(context, SHIPPED)
    text = " ".join(notice.text.replace("\u00a0", " ").split())

    assert notice.subject.startswith("Letzte Mahnung vor gerichtlichem Mahnverfahren: ")
    every = {"286", "288 Abs. 1", "288 Abs. 2", "288 Abs. 5", "1. September"}
    assert {one for one in every if one in text} == cited
    assert ("40,00 € Pauschale für Beitreibungskosten" in text) is charged
    assert "gerichtliche Mahnverfahren" in text
    assert "französisch" not in text


def test_a_formal_notice_gives_its_period():
    notice = render(sample_context("formal-notice", language="fr"), SHIPPED)
    words = " ".join(notice.text.split())

    assert "dans un délai de 8 jours à compter de la date d’envoi" in words
    assert "au plus tard le 10 mars 2026 pour un envoi le 2 mars 2026" in words


def test_the_debtor_reads_the_mention_of_the_assignment_he_was_told_of():
    context = sample_context("financed-invoice", language="en")
    notice = render(context, SHIPPED)

    assert context.assignment_mention in notice.text
    assert context.assignment_mention in notice.html


def test_a_notice_that_leaves_out_the_mention_is_refused():
    context = replace(sample_context("financed-invoice", language="en"), template="own")

    with pytest.raises(DomainError, match="leaves out the mention"):
        render(context, own("Please pay."))


def test_a_confidential_notice_never_names_the_assignee_or_its_account():
    secret = ("Exemple Finance SA", "FR1420041010050500013M02606")
    plain = replace(sample_context("before-due", language="en"), never_named=secret)
    assert render(plain, SHIPPED).subject

    for leak in ("Please pay exemple  FINANCE SA.", "Pay to FR14 2004 1010 0505 0001 3M02 606."):
        with pytest.raises(DomainError, match="must stay unnamed"):
            render(replace(plain, template="own"), own(leak))


def test_the_names_a_template_uses_are_known_without_rendering_it():
    body = (
        "{{ debtor.name }} {% for one in items %}{{ one.due_on | date }}{% endfor %}"
        "{{ (items | first).invoice_number }} {{ items[0].amount | money }} {{ block.payment }}"
    )
    names = Renderer(own(body, subject="{{ total | money }}")).variables_of("en", "own")

    assert names == {
        "block.payment",
        "debtor.name",
        "items",
        "items.amount",
        "items.due_on",
        "items.invoice_number",
        "total",
    }


@pytest.mark.parametrize(("language", "name"), PAIRS)
def test_shipped_texts_name_the_assignment_through_the_payment_block_or_the_mention(language, name):
    names = Renderer(SHIPPED).variables_of(language, name)
    to_ourselves = name in {"call-script", "task"}

    assert names & ASSIGNMENT == ({"assignment_mention"} if to_ourselves else frozenset())


@pytest.mark.parametrize(("language", "name"), [pair for pair in PAIRS if "request" not in pair[1]])
def test_no_shipped_template_can_leave_out_the_mention_or_break_a_secret(language, name):
    context = sample_context(name, language=language)
    told = replace(
        context,
        recipient=None,
        items=context.items or sample_context("task", language=language).items,
        debtor_told=True,
        assignee=Party(id="A", name="Assignee SA"),
        assignment_mention="Assigned to Assignee SA.",
    )
    plain = replace(
        context,
        debtor_told=False,
        assignee=None,
        assignment_mention="",
        never_named=("Assignee SA",),
    )

    if name not in {"deposit-advice", "placement"}:
        assert "Assigned to Assignee SA." in render(told, SHIPPED).text
    assert "Assignee" not in render(plain, SHIPPED).text


@pytest.mark.parametrize(
    ("body", "place", "near"),
    [
        ("Dear {{ debtr.name }}", "mine/en/own.txt:3:9", "debtor"),
        ("A\n\nB {{ debtor.nmae }}", "mine/en/own.txt:5:13", "name"),
        ("{% for i in items %}{{ i.due }}{% endfor %}", "mine/en/own.txt:3:26", "due_on"),
        ("{{ block.invoice }}", "mine/en/own.txt:3:10", "invoices"),
        ("{{ debtor.address.town }}", "mine/en/own.txt:3:19", None),
    ],
)
def test_an_unknown_name_is_reported_with_its_place_and_the_nearest(body, place, near):
    with pytest.raises(UnknownNameError) as caught:
        rendered(body)
    finding = caught.value.findings[0]

    assert str(finding).startswith(f"{place}: template.unknown-name: ")
    assert finding.nearest == near


def test_all_unknown_names_are_reported_together():
    with pytest.raises(UnknownNameError) as caught:
        rendered("{{ one }}\n{{ two }}")

    assert [finding.line for finding in caught.value.findings] == [3, 4]


def test_an_unknown_template_is_reported_with_the_nearest():
    with pytest.raises(UnknownNameError) as caught:
        render(sample_context("befor-due", language="fr"), SHIPPED)

    assert "did you mean fr/before-due.txt?" in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        "{{ items.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ debtor.name.upper() }}",
        "{% set x = 1 %}",
        "{% include 'fr/before-due.txt' %}",
        "{% macro m() %}{% endmacro %}",
        "{{ 9 * 9 }}",
        "{{ 9 ** 999999 }}",
        "{{ range(9) }}",
        "{{ 'x' * 999999999 }}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "x" * 100_001,
        "{% for a in items %}{% for b in items %}{% for c in items %}{% endfor %}{% endfor %}"
        "{% endfor %}",
    ],
)
def test_a_template_can_only_print_choose_and_repeat(body):
    with pytest.raises((BookSyntaxError, UnknownNameError)):
        rendered(body)


@pytest.mark.parametrize(
    ("body", "line"),
    [("{% if %}", 3), ("a\n{{ total | mony }}", 4), ("{{ total | attr('minor') }}", 3), ("{{", 3)],
)
def test_what_is_no_template_is_a_syntax_error_with_its_line(body, line):
    with pytest.raises(BookSyntaxError) as caught:
        rendered(body)

    assert caught.value.findings[0].line == line


@pytest.mark.parametrize(
    "body",
    ["{{ total }}", "{{ as_of }}", "{{ contact }}", "{{ total > 3 }}", "{{ as_of | money }}"],
)
def test_an_expression_whose_types_do_not_fit_is_an_error_and_never_printed(body):
    with pytest.raises(ExpressionTypeError) as caught:
        rendered(f"First.\n\n{body}")

    assert caught.value.findings[0].line == 5


def test_nothing_is_never_printed_as_a_word():
    with pytest.raises(UnknownNameError):
        rendered("{{ contact.name }}", contact=None)
    with pytest.raises(ExpressionTypeError):
        rendered("{{ pay_by_on }}", pay_by_on=None)


def test_output_without_end_is_cut_off():
    long = Party(id="D-1", name="x" * 1000)
    body = "{% for a in items %}{% for b in items %}{{ debtor.name }}{% endfor %}{% endfor %}"
    many = tuple(item(f"F-{number}", days_overdue=1) for number in range(30))

    with pytest.raises(DomainError, match=f"more than {OUTPUT_CHARACTERS_MAX} characters"):
        rendered(body, debtor=long, items=many)


def test_a_template_begins_with_its_subject():
    broken = SHIPPED.overlay({"en/own.txt": "Dear all,\n\nPay.\n"})

    with pytest.raises(BookSyntaxError, match="begins with its subject"):
        render(sample_context("own", language="en"), broken)


def test_a_file_that_cannot_be_a_template_is_refused():
    for path in ("../secret.txt", "a/b/c.txt", "en/own.exe", "/etc/x.txt"):
        with pytest.raises(BookError, match="cannot be a template"):
            SHIPPED.overlay({path: "x"})


HOSTILE = (
    "{{ 7 * 7 }}",
    "{% include 'x' %}",
    "<script>alert(1)</script>",
    "\r\nBcc: victim@example.org",
    "a\n\nb",
    "\ue000payment\ue001",
    "\u202egnp.exe",
    "'\" onmouseover=x",
    "\u2028split",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_debtor_is_called_is_data_and_nothing_else(name):
    body = "{{ debtor.name }} owes.\n\n{{ block.payment }}"
    context = replace(
        sample_context("own", language="en"),
        debtor=Party(id="D-1", name=name),
        contact=Contact(name=name),
        letterhead=name,
    )
    notice = render(context, own(body, subject="To {{ debtor.name }}"))

    assert [part.kind for part in notice.parts] == ["paragraph", "payment"]
    assert len(notice.parts[0].lines) == 1
    assert notice.subject.isprintable() or "\u00a0" in notice.subject
    assert "<script" not in notice.html
    assert "49" not in notice.subject
    if "{" in name:
        assert name in notice.text


@given(name=st.text(max_size=60))
def test_no_name_makes_a_header_a_paragraph_or_a_tag(name):
    context = replace(sample_context("own", language="en"), debtor=Party(id="D-1", name=name))
    plain = replace(context, debtor=Party(id="D-1", name="x"))
    texts = own("A {{ debtor.name }} b.\n\n{{ block.signature }}", subject="A {{ debtor.name }} b")
    notice, expected = render(context, texts), render(plain, texts)

    assert [part.kind for part in notice.parts] == [part.kind for part in expected.parts]
    assert len(notice.subject.splitlines()) == 1
    assert notice.html.count("<") == expected.html.count("<")


def test_a_host_replaces_one_text_and_keeps_the_rest():
    texts = SHIPPED.overlay({"fr/before-due.txt": "Subject: Bonjour\n\nÀ nous.\n"})

    assert render(sample_context("before-due", language="fr"), texts).subject == "Bonjour"
    assert render(sample_context("due-today", language="fr"), texts) == render(
        sample_context("due-today", language="fr"), SHIPPED
    )


def test_a_host_replaces_the_html_of_one_template():
    texts = SHIPPED.overlay(
        {"en/before-due.html": "<b>{% for part in parts %}{{ part.kind }} {% endfor %}</b>"}
    )
    notice = render(sample_context("before-due", language="en"), texts)

    assert notice.html.startswith("<b>paragraph paragraph invoices payment")


def test_a_host_adds_a_language_and_says_how_it_writes_amounts():
    words = SHIPPED.text("en/words.yaml").replace("How to pay", "Come pagare")
    texts = SHIPPED.overlay(
        {
            "it/words.yaml": f"{words}amounts_like: de\n",
            "it/own.txt": "Subject: Fattura\n\n{{ block.payment }}\n",
        }
    )
    notice = render(replace(sample_context("own", language="it")), texts)

    assert "Come pagare:" in notice.text
    assert "2.880,00\u00a0€" in notice.text


@pytest.mark.parametrize(
    ("changed", "error"),
    [("payee: Payee\n", UnknownNameError), ("total: Total\n", UnknownNameError)],
)
def test_a_language_that_lacks_a_word_is_refused(changed, error):
    texts = SHIPPED.overlay({"en/words.yaml": SHIPPED.text("en/words.yaml").replace(changed, "")})
    texts = texts.overlay(
        {"de/words.yaml": texts.text("en/words.yaml"), "de/own.txt": "Subject: x\n\ny\n"}
    )
    texts = texts.overlay({"en/words.yaml": SHIPPED.text("en/words.yaml")})

    with pytest.raises(error, match="words are missing"):
        render(sample_context("own", language="de"), texts)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("singular: [1]", "singular: [one]"),
        ("months: [January, ", "months: ["),
        ("bic: BIC", "bic: 3"),
    ],
)
def test_a_words_file_of_the_wrong_form_is_refused(old, new):
    words = SHIPPED.text("en/words.yaml")
    assert old in words
    texts = SHIPPED.overlay({"en/words.yaml": words.replace(old, new)})

    with pytest.raises(BookError):
        render(sample_context("before-due", language="en"), texts)


def test_the_language_is_the_first_wanted_that_has_the_template():
    assert SHIPPED.pick_language("before-due", ["nl", "en", "fr"]) == "en"

    with pytest.raises(UnknownNameError):
        SHIPPED.pick_language("before-due", ["nl"])


def test_the_same_context_gives_the_same_notice():
    context = sample_context("formal-notice", language="fr")

    assert render(context, SHIPPED) == render(context, SHIPPED)
