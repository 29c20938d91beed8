"""Settings of every test: Hypothesis's profile, and a list of the tiers that did not run.

A tier is a set of tests that needs something beside Python: a database server, a browser. A
test whose tier cannot run skips with a reason that begins with ``tier NAME:``. Such reasons are
listed at the end, and where the environment variable ``CI`` is set they fail the run.
"""

import os
from collections import Counter

import pytest
from hypothesis import settings

ON_CI = bool(os.environ.get("CI"))

settings.register_profile(
    "project", settings.get_profile("ci" if ON_CI else "default"), deadline=None
)
settings.load_profile("project")


@pytest.fixture(scope="session", autouse=True)
def quick_beginnings():
    """Let stores open, and commands start, in milliseconds."""
    from tests import quick

    with pytest.MonkeyPatch.context() as patch:
        quick.begin(patch)
        yield


@pytest.fixture(scope="session")
def postgres():
    """Return a PostgreSQL server of this process's own; the tier is skipped where none starts."""
    try:
        from tests.postgres import NotFoundError, Server, programs
    except ImportError as problem:
        pytest.skip(f"tier postgresql: not run, {problem.name} is not installed")
    try:
        server = Server(programs())
    except NotFoundError as problem:
        pytest.skip(f"tier postgresql: not run, {problem}")
    yield server
    server.stop()


def missed_tiers(reports) -> Counter:
    """Count the skipped tests of each tier, by the reason they gave."""
    reasons = [report.longrepr[2] for report in reports if isinstance(report.longrepr, tuple)]
    stripped = [reason.removeprefix("Skipped: ") for reason in reasons]
    return Counter(reason for reason in stripped if reason.startswith("tier "))


def skipped_reports(config) -> list:
    """Return the reports of the tests skipped so far."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return reporter.stats.get("skipped", []) if reporter else []


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus) -> None:
    """Fail the run on CI where a tier could not run."""
    if ON_CI and exitstatus == pytest.ExitCode.OK and missed_tiers(skipped_reports(session.config)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter) -> None:
    """List the tiers that did not run."""
    tiers = missed_tiers(terminalreporter.stats.get("skipped", []))
    if tiers:
        terminalreporter.section("not run")
    for reason, tests in sorted(tiers.items()):
        terminalreporter.write_line(f"{reason} ({tests} tests)")
