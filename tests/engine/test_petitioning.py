"""The petition: what it asks for, what it rests on, what keeps it back; it files nothing."""

import hashlib
import io
from datetime import date

import pytest

from dunning_sdk import Record
from dunning_sdk.decisions.recovery_state import RecoveryState
from dunning_sdk.engine.petitioning import Court, write_petition
from dunning_sdk.engine.recovery_view import recovery_on
from dunning_sdk.errors import DomainError, InvalidTransitionError, RecordNotFoundError
from dunning_sdk.records.kept_file import file_named
from tests.engine.installation import an_engine
from tests.engine.test_recovering import HEAD, SOURCE

typst = pytest.importorskip("typst")
pypdf = pytest.importorskip("pypdf")

COURT = Court(
    name="Tribunal de commerce de Nantes", street="2 bis quai F. Mitterrand",
    postal_code="44000", city="Nantes",
)  # fmt: skip
LINE = "1 rue du Port,44000,Nantes,,"
WHO = f"Boulangerie Martin SARL,compta@martin.example,FR,{LINE}"
AT = f"Backhaus GmbH,post@backhaus.example,DE,{LINE}"


@pytest.fixture
def engine(tmp_path):
    rows = [
        f"F-1,2026-04-01,2026-05-01,10000.00,D-1,{WHO}",
        f"F-2,2026-04-01,2026-05-01,900.00,D-2,{AT}",
    ]
    (tmp_path / "invoices.csv").write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    with an_engine(tmp_path, operator="creditor", more=SOURCE) as engine:
        engine.pull(as_of=date(2026, 4, 2))
        for id in ("F-1", "F-2"):
            record(engine, "recovery", id, "2026-06-01", event="formal-notice", reference="RK1FR")
        yield engine


def record(engine, kind, subject, on, **values):
    entry = Record(kind=kind, subject=subject, on=date.fromisoformat(on), values=values)
    return engine.record(entry)


def written(engine, id="F-1", on="2026-09-01", **over):
    return write_petition(engine, id, as_of=date.fromisoformat(on), court=COURT, **over)


def words(path):
    pages = pypdf.PdfReader(io.BytesIO(path.read_bytes())).pages
    text = " ".join(page.extract_text() for page in pages)
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def state(engine, id="F-1", on="2026-12-31"):
    return recovery_on(engine, id, as_of=date.fromisoformat(on)).state


def test_the_petition_asks_for_principal_interest_and_compensation_to_the_cent(engine):
    found = written(engine)
    petition, statement = map(words, found.files)

    assert (str(found.principal), str(found.total)) == ("10000.00 EUR", "10453.75 EUR")
    for said in ("Tribunal de commerce de Nantes", "10 000,00 €", "413,75 €", "40,00 €",
                 "10 453,75 €", "RK1FR", "articles 1405",
                 "Facture F-1 du 1er avril 2026", "Mise en demeure du 1er juin 2026"):  # fmt: skip
        assert said in petition, said
    for said in ("12,15 %", "12,40 %", "60", "63", "413,75 €", "10 453,75 €"):
        assert said in statement, said
    assert "signer" in petition


def test_it_is_kept_by_its_hash_and_waits_for_a_person(engine):
    found = written(engine)
    with engine.store.begin() as session:
        kept = [session.blob(digest) for digest in found.digests]

    assert kept == [file.read_bytes() for file in found.files]
    assert [hashlib.sha256(content).hexdigest() for content in kept] == list(found.digests)
    assert state(engine) is RecoveryState.PETITION_WRITTEN
    with pytest.raises(InvalidTransitionError, match="waits for approval"):
        record(engine, "recovery", "F-1", "2026-09-02", event="petition-filed")
    record(engine, "recovery", "F-1", "2026-09-02", event="petition-approved", by="Me Durand")
    record(engine, "recovery", "F-1", "2026-09-03", event="petition-filed")
    assert state(engine) is RecoveryState.PETITION_FILED
    with pytest.raises(InvalidTransitionError, match="under way"):
        written(engine, on="2026-09-04")


def test_a_petition_written_anew_is_approved_anew(engine):
    written(engine)
    record(engine, "recovery", "F-1", "2026-09-02", event="petition-approved", by="Me Durand")
    written(engine, on="2026-09-05")

    assert state(engine) is RecoveryState.PETITION_WRITTEN


def test_the_notes_say_what_a_person_has_to_look_at(engine):
    assert written(engine).notes[1] == ("no limitation period was chosen; record limitation-period")
    record(engine, "limitation-period", "F-1", "2026-09-02", parameter="fr.limitation.traders")
    assert len(written(engine, on="2026-09-03").notes) == 1


def test_a_rate_that_is_missing_leaves_the_principal_and_says_so(engine):
    found = written(engine, on="2027-02-01")

    assert any("has no known value on 2027-01-01" in note for note in found.notes)
    assert found.principal.minor == 10_000_00


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        ("disputed", {}, "F-1 is disputed"),
        ("insolvent", {}, "F-1 is insolvent"),
        ("payment", {}, "Nothing is owed on F-1"),
    ],
)
def test_what_speaks_against_it_keeps_it_back(engine, kind, values, said):
    record(engine, kind, "F-1", "2026-08-01", **values)
    with pytest.raises(InvalidTransitionError, match=said):
        written(engine)

    assert state(engine) is RecoveryState.NOTICED


def test_elsewhere_a_lawyer_writes_it(engine):
    with pytest.raises(DomainError, match="No petition is known for DE"):
        written(engine, "F-2")


def test_without_a_formal_notice_or_a_receivable_there_is_none(engine, tmp_path):
    with pytest.raises(RecordNotFoundError):
        written(engine, "F-9")
    row = f"F-3,2026-04-01,2026-05-01,900.00,D-1,{WHO}"
    (tmp_path / "invoices.csv").write_text(f"{HEAD}\n{row}\n", encoding="utf-8")
    engine.pull(as_of=date(2026, 4, 3))
    with pytest.raises(InvalidTransitionError, match="no formal notice was given"):
        written(engine, "F-3")


def test_an_unverified_value_blocks_it_until_a_person_confirms_it(tmp_path):
    # Charges by German law; its compensation is known from memory alone.
    more = f'{SOURCE}\n[law]\njurisdiction = "DE"\n'
    row = f"F-1,2026-04-01,2026-05-01,10000.00,D-1,{WHO}"
    (tmp_path / "invoices.csv").write_text(f"{HEAD}\n{row}\n", encoding="utf-8")
    with an_engine(tmp_path, operator="creditor", more=more) as engine:
        engine.pull(as_of=date(2026, 4, 2))
        record(engine, "recovery", "F-1", "2026-06-01", event="formal-notice")
        with pytest.raises(DomainError, match=r"unverified .*de\.compensation\.fixed"):
            written(engine)
        assert state(engine) is RecoveryState.NOTICED
        record(engine, "law-confirmed", "de.compensation.fixed", "2026-08-01", by="Me Durand")

        assert written(engine).total.minor > 10_000_00


def test_a_financed_receivable_is_the_holders_to_petition_for(tmp_path):
    row = f"F-1,2026-04-01,2026-05-01,900.00,D-1,{WHO[:-2]},F-1,confidential"
    (tmp_path / "invoices.csv").write_text(f"{HEAD}\n{row}\n", encoding="utf-8")
    with an_engine(tmp_path, operator="creditor", more=SOURCE) as engine:
        engine.pull(as_of=date(2026, 4, 2))
        record(engine, "recovery", "F-1", "2026-06-01", event="formal-notice")
        with pytest.raises(InvalidTransitionError, match="its holder petitions"):
            written(engine)


def test_the_proofs_that_are_kept_are_among_its_documents(engine):
    proof = file_named("avis-de-reception.pdf", b"%PDF-1.4 receipt")
    record(engine, "recovery", "F-1", "2026-06-05", event="formal-notice", proof=proof)

    assert "avis-de-reception.pdf" in words(written(engine).files[0])
