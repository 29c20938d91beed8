"""A list goes on after the line it ended with, also where that line is gone meanwhile."""

import pytest

from dunning_sdk.errors import DomainError
from dunning_sdk.service.page import page_of, write_cursor


def paged(items, cursor="", limit=2):
    return page_of(items, key=str, cursor=cursor, limit=limit)


def test_every_line_is_on_one_page():
    items, found, cursor = list("abcde"), [], ""
    while len(found) < len(items):
        page = paged(items, cursor)
        found += page.items
        cursor = page.next

    assert (found, cursor) == (items, "")


@pytest.mark.parametrize(
    ("now", "rest"),
    [("abcd", "cd"), ("acd", "cd"), ("xabcd", "cd"), ("acxd", "cxd"), ("", ""), ("a", "")],
)
def test_what_changed_meanwhile_neither_hides_nor_repeats_a_line(now, rest):
    cursor = paged(list("abcd")).next

    assert paged(list(now), cursor, limit=9).items == list(rest)


@pytest.mark.parametrize("cursor", [write_cursor("b", 0), write_cursor(2, "b"), write_cursor("b")])
def test_a_cursor_of_another_list_is_refused(cursor):
    with pytest.raises(DomainError, match="no cursor"):
        paged(["a", "b"], cursor)
