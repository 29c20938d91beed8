"""The server as a user runs it: it says where it listens, answers, and ends when told to."""

import signal
import subprocess

import httpx2 as httpx

from tests.acceptance.program import PROGRAM, dunning, dunning_here
from tests.access.test_tenants import an_installation


def test_the_server_says_where_it_listens_answers_and_ends_when_told_to(tmp_path):
    folders = [an_installation(tmp_path / name, name) for name in ("lumen", "atelier")]
    made = dunning_here(folders[0], "api-keys", "create", "erp", "--scope", "read")
    key = {"Authorization": f"Bearer {made['key']}"}
    configs = [word for folder in folders for word in ("--config", folder)]
    server = subprocess.Popen(
        [PROGRAM, "serve", "--port", "0", *configs], stderr=subprocess.PIPE, text=True
    )
    with server:
        try:
            said = server.stderr.readline()
            address = said.split()[-1]
            answers = [httpx.get(f"{address}/{path}").json() for path in ("health", "ready")]
            answers.append(httpx.get(f"{address}/v1/receivables", headers=key).json())
            description = httpx.get(f"{address}/v1/openapi.json").json()
        finally:
            server.send_signal(signal.SIGTERM)
            rest = server.stderr.read()

    assert said.startswith("serving atelier, lumen on http://127.0.0.1:")
    assert answers == [{"healthy": True}, {"ready": True}, {"items": [], "next": ""}]
    assert [one["url"] for one in description["servers"]] == ["/v1"]
    assert (server.returncode, rest) == (0, "")


def test_an_address_in_use_is_one_line(tmp_path):
    folder = an_installation(tmp_path / "lumen", "lumen")

    done = dunning(folder, "serve", "--host", "192.0.2.1", code=2)

    assert "192.0.2.1:8080 cannot be listened on" in done.err
