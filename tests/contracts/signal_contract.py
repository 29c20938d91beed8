"""What every runner of declared patterns has to say, whatever runs them.

A test class inherits from `SignalContract` and gives ``run``: pattern, occurrences and day to a
signal. A plugin that runs the same patterns elsewhere passes the same tests.
"""

from datetime import date, timedelta

import pytest

from dunning_sdk.domain.occurrence import Occurrence, OccurrenceKind
from dunning_sdk.rules.pattern import Pattern

K = OccurrenceKind
AS_OF = date(2026, 6, 30)


def a_pattern(**over):
    """Return a pattern: broken promises counted, unless said otherwise."""
    fields = {
        "name": "one",
        "label": "One",
        "label_fr": "Un",
        "form": "count",
        "kinds": (K.PROMISE_BROKEN,),
    }
    return Pattern(**{**fields, **over})


def ago(past, kind=K.PROMISE_BROKEN, about="F-1", **over):
    """Return what happened some days before `AS_OF`."""
    on = AS_OF - timedelta(days=past)
    return Occurrence(kind=kind, on=on, receivable_id=about, **over)


def late(days, about, paid=None):
    """Return a receivable some days late on `AS_OF`, perhaps paid some days before it."""
    until = None if paid is None else AS_OF - timedelta(days=paid)
    return ago(days - 1, K.OVERDUE, about, days=1, until_on=until)


TWO_BROKEN = a_pattern(within_days=90, at_least=2)
LATE_THREE = a_pattern(kinds=(K.OVERDUE,), over_days=10, standing=True, at_least=3)
SILENT = a_pattern(
    kinds=(K.NOTICE,), each="day", at_least=3, reset_by=(K.PAYMENT, K.PROMISED, K.REPLIED)
)
BROKEN_AGAIN = a_pattern(
    form="sequence",
    kinds=(K.PROMISED, K.PROMISE_BROKEN, K.PROMISED, K.PROMISE_BROKEN),
    key="receivable",
    within_days=120,
)
SPREAD = a_pattern(kinds=(K.SETTLED,), over_days=5, each="receivable", within_days=365)
ON_ONE = a_pattern(kinds=(K.NOTICE, K.FORMAL_NOTICE), key="receivable", each="day")
PATTERNS = [TWO_BROKEN, LATE_THREE, SILENT, BROKEN_AGAIN, SPREAD, ON_ONE]


class SignalContract:
    """The tests; ``run`` is given by the class that inherits."""

    def run(self, pattern, occurrences, as_of):
        """Return the signal of a pattern."""
        raise NotImplementedError

    def value(self, pattern, *occurrences, as_of=AS_OF):
        """Return its value alone."""
        return self.run(pattern, list(occurrences), as_of).value

    def test_nothing_that_happened_is_no_signal(self):
        assert [self.value(one) for one in PATTERNS] == [False, False, False, False, 0, 0]

    @pytest.mark.parametrize(("oldest", "said"), [(89, True), (90, False)])
    def test_two_broken_promises_in_ninety_days(self, oldest, said):
        assert self.value(TWO_BROKEN, ago(oldest), ago(3, about="F-2")) is said

    def test_what_comes_later_is_not_seen_yet(self):
        assert self.value(TWO_BROKEN, ago(3), ago(-1)) is False

    def test_other_kinds_do_not_count(self):
        assert self.value(TWO_BROKEN, ago(3), ago(2, K.PROMISED), ago(1, K.NOTICE)) is False

    @pytest.mark.parametrize(("days", "said"), [(11, True), (10, False)])
    def test_three_receivables_over_ten_days_late(self, days, said):
        happened = [late(30, "F-1"), late(12, "F-2"), late(days, "F-3")]

        assert self.value(LATE_THREE, *happened) is said

    @pytest.mark.parametrize(("paid", "said"), [(0, False), (-1, True)])
    def test_what_is_paid_stands_no_longer(self, paid, said):
        happened = [late(30, "F-1"), late(12, "F-2"), late(20, "F-3", paid=paid)]

        assert self.value(LATE_THREE, *happened) is said

    def test_notices_of_one_day_count_once(self):
        one_day = [ago(9, K.NOTICE, about) for about in ("F-1", "F-2", "F-3")]

        assert self.value(SILENT, *one_day, ago(5, K.NOTICE)) is False
        assert self.value(SILENT, *one_day, ago(5, K.NOTICE), ago(1, K.NOTICE)) is True

    def test_an_answer_begins_the_count_anew(self):
        notices = [ago(days, K.NOTICE) for days in (30, 20, 10)]

        assert self.value(SILENT, *notices) is True
        assert self.value(SILENT, *notices, ago(20, K.REPLIED, "")) is False
        assert self.value(SILENT, *notices, ago(31, K.PAYMENT, "F-9")) is True

    def test_a_sequence_is_in_order_and_on_one_key(self):
        first = [ago(60, K.PROMISED), ago(50), ago(40, K.PROMISED)]

        assert self.value(BROKEN_AGAIN, *first) is False
        assert self.value(BROKEN_AGAIN, *first, ago(30)) is True
        assert self.value(BROKEN_AGAIN, *first, ago(30, about="F-2")) is False
        assert self.value(BROKEN_AGAIN, ago(70), *first) is False

    @pytest.mark.parametrize(("first", "said"), [(119, True), (120, False)])
    def test_a_sequence_lies_in_its_window_whole(self, first, said):
        happened = [ago(first, K.PROMISED), ago(50), ago(40, K.PROMISED), ago(30)]

        assert self.value(BROKEN_AGAIN, *happened) is said

    def test_only_what_came_more_days_late_counts(self):
        happened = [
            ago(9, K.SETTLED, "F-1", days=6),
            ago(8, K.SETTLED, "F-2", days=5),
            ago(7, K.SETTLED, "F-1", days=20, ref="again"),
        ]

        assert self.value(SPREAD, *happened) == 1

    def test_of_several_receivables_the_one_with_the_most_counts(self):
        happened = [
            ago(9, K.NOTICE, "F-1"),
            ago(5, K.NOTICE, "F-2"),
            ago(4, K.FORMAL_NOTICE, "F-2"),
        ]

        found = self.run(ON_ONE, happened, AS_OF)

        assert found.value == 2
        assert [one.receivable_id for one in found.made_by] == ["F-2", "F-2"]

    def test_a_signal_names_what_made_it(self):
        old, new = ago(80), ago(3, about="F-2")

        assert self.run(TWO_BROKEN, [new, ago(200), old], AS_OF).made_by == (old, new)

    def test_a_signal_knows_when_its_window_lets_go(self):
        found = self.run(TWO_BROKEN, [ago(80), ago(3)], AS_OF)

        assert found.changes_on == AS_OF + timedelta(days=10)
