"""What `dunning new` writes passes check and test as it is, and every change of it is noticed."""

import pytest

from dunning_sdk.cli import new
from dunning_sdk.cli.staged import books_of
from dunning_sdk.errors import ConfigError
from dunning_sdk.installation.library import open_library
from dunning_sdk.verify.cases import run_cases
from dunning_sdk.verify.check import check_book
from dunning_sdk.verify.mutation import run_mutation


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    new.new_book("our-reminders")
    return tmp_path / "our-reminders"


def judged(folder):
    book = open_library(folder.parent).load(folder.name)
    findings = [one for one in check_book(book) if one.severity != "info"]
    return findings, run_cases(book), book


def test_a_new_book_passes(folder):
    findings, run, book = judged(folder)

    assert (findings, run.passed) == ([], True)
    assert [part.missed for part in run.coverage if part.missed] == []
    assert set(book.procedures) == {"procedure.our-reminders"}


@pytest.mark.parametrize("kind", [kind for kind in new.KINDS if kind != "procedure"])
def test_a_new_rule_of_each_kind_passes(folder, kind):
    new.new_rule(kind, "late-word", book=folder)

    findings, run, book = judged(folder)
    assert (findings, run.passed) == ([], True)
    assert run_mutation(book, only=f"{kind}.late-word").percent >= 80


def test_two_rules_may_share_a_reason(folder):
    new.new_rule("guards", "late-word", book=folder)
    new.new_rule("scenario", "late-word", book=folder)

    assert (folder / "book.yaml").read_text().count("late-word:") == 1


def test_nothing_is_overwritten(folder):
    with pytest.raises(ConfigError, match="is there already"):
        new.new_book("our-reminders")


@pytest.mark.parametrize("name", ["Late", "late--word", "late_word", "1late", "-late"])
def test_a_name_has_small_letters_digits_and_single_hyphens(folder, name):
    with pytest.raises(ConfigError):
        new.new_rule("guards", name, book=folder)


def test_a_kind_there_is_not_and_a_folder_without_a_book_are_refused(folder):
    with pytest.raises(ConfigError, match="no kind of rule guard"):
        new.new_rule("guard", "x", book=folder)
    with pytest.raises(ConfigError, match=r"no book\.yaml"):
        new.new_rule("guards", "x", book=folder.parent)


def test_reasons_on_one_line_are_left_to_the_author():
    with pytest.raises(ConfigError, match="on one line"):
        new.with_reason("id: x\nreasons: {a: {en: A, fr: A}}\n", "late")


def test_the_books_of_staged_files_are_found_once(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    names = ["our-reminders/book.yaml", "our-reminders/mandate.our-reminders.yaml", "other/x.yaml"]

    assert books_of(names) == ["our-reminders"]
