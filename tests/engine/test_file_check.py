"""Files are kept by what their bytes are, under names that are safe everywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain.notice import Attachment
from dunning_sdk.errors import DomainError
from dunning_sdk.records.file_check import check_file, is_safe_name, kinds_of
from dunning_sdk.records.kept_file import file_named

MAIL = b"From: a@b.example\r\nSubject: Re\r\n folded\r\n\r\nHello"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.4"),
        ("a.png", b"\x89PNG\r\n\x1a\n"),
        ("a.jpg", b"\xff\xd8\xff\xe0"),
        ("a.tif", b"II*\x00"),
        ("a.zip", b"PK\x03\x04"),
        ("a.asice", b"PK\x03\x04"),
        ("a.p7m", b"\x30\x82\x01"),
        ("a.xml", b"<?xml version='1.0'?><a/>"),
        ("a.json", b' {"a": 1}'),
        ("a.txt", "Réponse\n".encode()),
        ("a.eml", MAIL),
    ],
)
def test_a_file_that_is_what_it_says_is_kept(name, content):
    check_file(file_named(name, content))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"MZ\x90\x00", "is of no kind"),
        ("a.pdf", b"\x89PNG", "is image/png"),
        ("a.png", b"%PDF-1.4", "is application/pdf"),
        ("a.txt", b"a\x00b", "is of no kind"),
        ("a.txt", b"\xff\xfe\xfd", "is of no kind"),
        ("a.json", b"{no json", "is text/plain"),
        ("a.json", b"[" * 100_000, "is text/plain"),
        ("a.eml", b"no headers", "is text/plain"),
        ("a.xml", b"<html><script>", "is of no kind"),
        ("a.html", b"<p>", "is application/xml"),
        ("a.exe", b"text", "is text/plain"),
        ("a", b"text", "is text/plain"),
    ],
)
def test_a_file_that_is_something_else_is_refused(name, content, said):
    with pytest.raises(DomainError, match=said):
        check_file(file_named(name, content))


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../a.pdf", "/etc/a.pdf", "a/b.pdf", "a\\b.pdf", "C:a.pdf", "a\x00.pdf",
     ".a.pdf", "a.pdf.", "a.pdf ", "con", "NUL.pdf", "com1.pdf", "a\n.pdf", "x" * 151, " a.pdf",
     "a\u202efdp.exe", "a?.pdf"],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(name):
    with pytest.raises(DomainError, match="name has folders"):
        check_file(Attachment(name=name, media_type="application/pdf", content=b"%PDF-"))


@pytest.mark.parametrize("name", ["a.pdf", "Bon de commande n° 7.pdf", "console.pdf", "é.pdf"])
def test_plain_names_are_taken(name):
    assert is_safe_name(name)


@given(st.binary(max_size=60))
def test_no_bytes_break_the_check(content):
    assert isinstance(kinds_of(content), tuple)


@given(st.text(max_size=20))
def test_a_safe_name_stays_in_its_folder(tmp_path_factory, name):
    folder = tmp_path_factory.getbasetemp()

    if is_safe_name(name):
        assert (folder / name).parent == folder
        assert (folder / name).name == name
