"""The example applications, run as their pages say."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

EXAMPLES = Path(__file__).parents[2] / "examples"
KEY = "a passphrase for tests\n"
TALK = """
import json, django
django.setup()
from django.core.management import call_command
from django.test import Client
for command in (["migrate", "-v0"], ["sample"], ["chase", "--as-of", "2026-03-12"],
                ["chase", "--as-of", "2026-03-12"]):
    call_command(*command)
client, day = Client(), "?as_of=2026-03-13"
calls = [client.get(f"/invoices/{number}{day}") for number in ("H-1", "H-2", "H-9")]
calls += [client.post(f"/invoices/H-2/promise{day}", {"until": until})
          for until in ("2026-03-20", "soon")]
calls += [client.get(f"/invoices/H-2{day}"), client.get(f"/review{day}")]
print(json.dumps([[call.status_code, call.json()] for call in calls]))
"""


def loaded(path):
    """Return an example's file as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_django_application_chases_what_is_in_its_own_tables(tmp_path):
    host = shutil.copytree(EXAMPLES / "django-host", tmp_path / "host")
    (host / "dunning.key").write_text(KEY, encoding="ascii")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "host.settings"}
    run = subprocess.run([sys.executable, "-c", TALK], cwd=host, env=environment, check=True,
                         capture_output=True, text=True)  # fmt: skip
    *printed, said = run.stdout.splitlines()
    paid, due, unknown, promised, wrong, stopped, review = json.loads(said)

    assert printed == [
        "3 invoices, 1 payment",
        "3 new, 1 payments", "1 sent, 0 wait for approval",
        "0 new, 0 payments", "0 sent, 0 wait for approval",
    ]  # fmt: skip
    assert len(list((host / "out" / "mail").glob("*.eml"))) == 1
    assert (paid[1]["open"], paid[1]["outcome"]) == ("0.00 EUR", "finished")
    assert (due[1]["next_step"], due[1]["act_on"]) == ("until-paid", "2026-03-19")
    assert (unknown[0], unknown[1]["code"]) == (404, "store.record-not-found")
    assert (promised[0], wrong[0], review) == (200, 400, [200, {"waiting": []}])
    assert stopped[1]["outcome"] == "stopped"


@pytest.fixture
def service(tmp_path, monkeypatch):
    host = shutil.copytree(EXAMPLES / "fastapi-host", tmp_path / "host")
    (host / "dunning.key").write_text(KEY, encoding="ascii")
    monkeypatch.setenv("HOST_FOLDER", str(host))
    with TestClient(loaded(host / "app.py").app) as client:
        yield client


def test_a_fastapi_service_chases_what_is_in_its_own_table(service):
    invoice = {
        "number": "H-1", "customer": "Boulangerie Martin SARL", "email": "compta@martin.example",
        "issued_on": "2026-02-01", "due_on": "2026-03-12", "net": "1000.00", "vat": "200.00",
    }  # fmt: skip
    assert service.post("/invoices", json=invoice).status_code == 201
    first, again = (service.post("/chase?as_of=2026-03-12").json() for _ in range(2))
    assert (first["opened"], first["sent"], again["sent"]) == (1, 1, 0)

    paid = {"received_on": "2026-03-13", "amount": "1200.00"}
    assert service.post("/invoices/H-1/payments", json=paid).status_code == 201
    service.post("/chase?as_of=2026-03-14")
    why = service.get("/invoices/H-1/why?as_of=2026-03-14").json()
    unknown = service.get("/invoices/H-7/why?as_of=2026-03-14")

    assert (why["open"], why["outcome"]) == ("0.00 EUR", "finished")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "store.record-not-found")
    assert unknown.headers["content-type"] == "application/problem+json"


def test_a_night_by_cron_is_silent_where_all_is_well(tmp_path, capsys):
    nightly = loaded(EXAMPLES / "cron" / "nightly.py")
    one_file = loaded(EXAMPLES / "one-file" / "host.py")
    one_file.install(tmp_path, date(2026, 3, 12))
    config = (tmp_path / "dunning.toml").read_text(encoding="utf-8")
    config = config.replace('"rent"', '"friendly"').replace('"live"', '"folder"')
    (tmp_path / "dunning.toml").write_text(config.split("[channels")[0], encoding="utf-8")

    assert [nightly.main(str(tmp_path), "2026-03-12") for _ in range(2)] == [0, 0]
    assert capsys.readouterr().out == ""
    assert len(list((tmp_path / "out" / "mail").glob("*.eml"))) == 1

    with (tmp_path / "rents.csv").open("a", encoding="utf-8") as rents:
        rents.write("R-4,2026-03-01,soon,900.00,T-3,Eva,eva@example.org\n")
    assert nightly.main(str(tmp_path), "2026-03-13") == 1
    assert "not read: rents.csv:5" in capsys.readouterr().out
    assert nightly.main(str(tmp_path / "nowhere")) == 2
    assert "config" in capsys.readouterr().err


def test_a_book_with_a_function_and_a_channel_of_ones_own_in_one_file(tmp_path, capsys):
    one_file = loaded(EXAMPLES / "one-file" / "host.py")
    today = datetime.now(UTC).date()

    assert one_file.main(tmp_path, today) == 3
    due = [line.split()[:3] for line in capsys.readouterr().out.splitlines()[:3]]
    assert one_file.main(tmp_path, today) == 0
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "door").iterdir()]
    assert sorted(text.count("R-1") > 0 for text in texts) == [False, False, True]
    assert [(number, step) for number, _, step in due] == [
        ("R-1", "on-the-day"), ("R-2", "at-the-door"), ("R-3", "on-the-day"),
    ]  # fmt: skip
