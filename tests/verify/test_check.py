from dunning_sdk.verify.check import check_book
from tests.rules.sample import PROCEDURE, a_book

SAMPLE = "An invoice of 2026-03-02 due on 2026-04-01: "


def test_the_dates_of_a_sample_invoice_are_shown():
    (found,) = check_book(a_book())

    assert found.severity == "info"
    assert str(found) == (
        f"sample/procedure.short.yaml:1:1: procedure.sample: {SAMPLE}before-due 2026-03-25, "
        "overdue 2026-04-06, formal-notice 2026-04-21, placement 2026-05-01"
    )


def test_a_repeated_step_is_shown_once():
    text = PROCEDURE.replace("offset: -7", "offset: -20, repeat_every_days: 2, repeat_max: 3")

    (found,) = check_book(a_book({"procedure.short.yaml": text}))

    assert found.text.count("before-due") == 1


def test_warnings_met_at_load_come_along():
    text = PROCEDURE.replace("offset: 20", "offset: 2")

    found = check_book(a_book({"procedure.short.yaml": text}))

    assert [one.code for one in found] == [
        "procedure.sample",
        "calendar.order",
        "procedure.order",
    ]
