"""Workers killed at random moments lose nothing and double nothing."""

import pytest

from tests.killing import siege


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/dunning.db"
    server = request.getfixturevalue("postgres")
    return server.url(server.new_database())


def test_killed_workers_lose_nothing_and_double_nothing(url):
    found = siege(url, kills=2, workers=2, batch=12)

    assert (found["http_once"], found["http_twice"], found["http_lost"]) == (
        found["http_notices"],
        0,
        0,
    )
    assert (found["mail_twice"], found["mail_lost"], found["mail_unasked"]) == (0, 0, 0)
    assert (found["chain_faults"], set(found["exit_codes"])) == (0, {0})
    assert (found["webhooks"] > 0, found["webhooks_kept_twice"]) == (True, 0)
