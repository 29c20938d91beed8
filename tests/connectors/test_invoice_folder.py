"""Documents are numbered without a gap, once per key, whatever fails or runs beside."""

import io
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from facturx import get_facturx_xml_from_pdf
from pypdf import PdfReader

from dunning_sdk.connectors.invoice_folder import InvoiceFolder
from dunning_sdk.decisions.splitting import credit_and_split
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConfigError, ConnectorError, ConnectorInvalidError
from tests.en16931 import DEBTOR, FINANCIER, the_story
from tests.schematron import broken_rules
from tests.shared import ROOT


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "issued invoices"


def names_in(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix in (".pdf", ".xml"))


def test_documents_are_numbered_in_their_order(folder):
    sink = InvoiceFolder(folder)

    issued = [sink.issue(the_story(), key=f"act-{number}") for number in range(3)]

    assert [document.number for document in issued] == ["F2026-0001", "F2026-0002", "F2026-0003"]
    assert names_in(folder) == [
        f"F2026-000{number}.{suffix}" for number in (1, 2, 3) for suffix in ("pdf", "xml")
    ]


def test_what_is_issued_lies_in_the_folder_and_is_sound(folder):
    document = InvoiceFolder(folder).issue(the_story(), key="act-1")

    assert (document.reference, document.media_type) == ("F2026-0001.pdf", "application/pdf")
    assert (folder / document.reference).read_bytes() == document.content
    _, xml = get_facturx_xml_from_pdf(document.content, check_xsd=True)
    assert (folder / "F2026-0001.xml").read_bytes() == xml
    assert broken_rules(xml) == []


def test_the_same_key_returns_the_same_document_and_number(folder):
    first = InvoiceFolder(folder).issue(the_story(), key="act-1")
    other = InvoiceFolder(folder).issue(the_story(), key="act-2")

    again = InvoiceFolder(folder).issue(the_story(note="changed since"), key="act-1")

    assert (again, other.number) == (first, "F2026-0002")


def test_credit_notes_and_years_have_series_of_their_own(folder):
    sink = InvoiceFolder(folder, invoice_series="INV-{year}-", credit_note_series="CN-{year}-")
    issued = sink.issue(the_story(issued_on=date(2025, 12, 31)), key="old").number
    made = credit_and_split(
        the_story(number=issued),
        issued_on=date(2026, 3, 9),
        available=Money(800_000, "EUR"),
        financier=FINANCIER,
    )

    drafts = (made.credit_note, made.split.financed, made.split.rest)
    numbers = [sink.issue(draft, key=str(at)).number for at, draft in enumerate(drafts)]

    assert [issued, *numbers] == ["INV-2025-0001", "CN-2026-0001", "INV-2026-0001", "INV-2026-0002"]


ISSUE_FIVE = """
import sys
from pathlib import Path
from dunning_sdk.connectors.invoice_folder import InvoiceFolder
from tests.en16931 import the_story
sink = InvoiceFolder(Path(sys.argv[1]))
for number in range(5):
    print(sink.issue(the_story(), key=f"{sys.argv[2]}-{number}").number)
"""


def test_two_processes_never_take_the_same_number(folder):
    running = [
        subprocess.Popen(
            [sys.executable, "-c", ISSUE_FIVE, str(folder), name],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("a", "b", "a")
    ]

    taken = [process.communicate(timeout=120)[0].split() for process in running]

    assert [process.returncode for process in running] == [0, 0, 0]
    assert taken[0] == taken[2]
    assert sorted(taken[0] + taken[1]) == [f"F2026-{number:04d}" for number in range(1, 11)]


def test_two_threads_never_take_the_same_number(folder):
    sink = InvoiceFolder(folder)

    with ThreadPoolExecutor(4) as pool:
        issued = list(pool.map(lambda at: sink.issue(the_story(), key=f"k{at}"), range(8)))

    assert sorted(document.number for document in issued) == [f"F2026-000{n}" for n in range(1, 9)]


def test_a_refused_document_leaves_no_gap(folder):
    sink = InvoiceFolder(folder)

    with pytest.raises(ConnectorInvalidError, match="BR-CO-16"):
        sink.issue(the_story(amount_due=Money(1, "EUR")), key="bad")

    assert sink.issue(the_story(), key="good").number == "F2026-0001"


def test_a_numbered_document_is_not_numbered_again(folder):
    with pytest.raises(ConnectorInvalidError, match="has a number already"):
        InvoiceFolder(folder).issue(the_story(number="F-1"), key="act-1")


def test_a_line_cut_short_by_a_crash_does_not_count(folder):
    InvoiceFolder(folder).issue(the_story(), key="act-1")
    with (folder / "numbers.jsonl").open("ab") as ledger:
        ledger.write(b'{"key": "act-2", "ser')

    sink = InvoiceFolder(folder)

    assert sink.issue(the_story(), key="act-2").number == "F2026-0002"
    assert sink.issue(the_story(), key="act-1").number == "F2026-0001"
    lines = (folder / "numbers.jsonl").read_text().splitlines()
    assert [json.loads(line)["key"] for line in lines] == ["act-1", "act-2"]


def test_a_ledger_that_cannot_be_read_gives_no_number(folder):
    InvoiceFolder(folder).issue(the_story(), key="act-1")
    (folder / "numbers.jsonl").write_text("{}\n")

    with pytest.raises(ConnectorError, match=r"numbers\.jsonl:1: .* Restore the file"):
        InvoiceFolder(folder).issue(the_story(), key="act-2")


def test_a_ledger_restored_while_running_is_read_anew(folder):
    sink = InvoiceFolder(folder)
    sink.issue(the_story(), key="act-1")
    backup = (folder / "numbers.jsonl").read_bytes()
    sink.issue(the_story(), key="act-2")

    (folder / "numbers.jsonl").write_bytes(backup)

    assert sink.issue(the_story(), key="act-3").number == "F2026-0002"


@pytest.mark.parametrize("damage", ["altered", "gone"])
def test_an_issued_document_is_never_made_again(folder, damage):
    sink = InvoiceFolder(folder)
    path = folder / sink.issue(the_story(), key="act-1").reference
    path.write_bytes(b"%PDF-") if damage == "altered" else path.unlink()

    with pytest.raises(ConnectorError, match=r"F2026-0001\.pdf is gone .* or was altered"):
        sink.issue(the_story(), key="act-1")


FULL_DISK = """
import json, resource, sys
from pathlib import Path
from dunning_sdk.connectors.invoice_folder import InvoiceFolder
from dunning_sdk.errors import ConnectorError
from tests.en16931 import the_story
folder = Path(sys.argv[1])
sink = InvoiceFolder(folder)
sink.issue(the_story(), key="first")
entry = json.loads((folder / "numbers.jsonl").read_text())
with (folder / "numbers.jsonl").open("a") as ledger:
    for number in range(2, int(sys.argv[2])):
        more = {"key": str(number), "number": f"F2026-{number:04d}", "running": number}
        ledger.write(json.dumps(entry | more) + "\\n")
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    sink.issue(the_story(), key="second")
except ConnectorError as problem:
    print(problem)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(sink.issue(the_story(), key="third").number)
"""


@pytest.mark.parametrize(
    ("next_number", "size_max", "advice"),
    [
        (2, 20_000, "Free space in the folder for temporary files"),
        (2_000, 300_000, "Check its rights and free space, then run again; no number was taken"),
    ],
    ids=["document", "ledger"],
)
def test_a_full_disk_issues_nothing_and_leaves_no_gap(folder, next_number, size_max, advice):
    folder.mkdir()

    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(folder), str(next_number), str(size_max)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    problem, number = done.stdout.splitlines()
    assert advice in problem
    assert number == f"F2026-{next_number:04d}"
    assert [path.name for path in folder.iterdir() if path.name.endswith(".part")] == []


def test_a_file_that_cannot_be_written_issues_nothing(folder):
    obstacle = folder / ".F2026-0001.pdf.part"
    obstacle.mkdir(parents=True)

    with pytest.raises(ConnectorError, match="no number was taken"):
        InvoiceFolder(folder).issue(the_story(), key="act-1")
    obstacle.rmdir()

    assert InvoiceFolder(folder).issue(the_story(), key="act-2").number == "F2026-0001"


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(ConnectorError, match="Check its rights and free space"):
        InvoiceFolder(tmp_path / "file" / "issued").issue(the_story(), key="act-1")


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        ({"invoice_series": "a/b"}, "Use letters, digits"),
        ({"credit_note_series": "é{year}"}, "Use letters, digits"),
        ({"invoice_series": "X-", "credit_note_series": "X-"}, "two different ones"),
    ],
)
def test_a_series_that_cannot_work_is_refused_at_once(tmp_path, settings, advice):
    with pytest.raises(ConfigError, match=advice):
        InvoiceFolder(tmp_path, **settings)


def test_the_language_of_the_pages_can_be_fixed(folder):
    german = replace(DEBTOR, language="de")

    fixed = InvoiceFolder(folder, language="fr").issue(the_story(debtor=german), key="act-1")

    page = PdfReader(io.BytesIO(fixed.content)).pages[0].extract_text()
    assert "FACTURE" in page
