"""What every test may ask for: servers, databases, the real inputs beside the clone.

No test is skipped for want of a server: one is named by WAYMARK_TEST_POSTGRES / WAYMARK_TEST_REDIS, else found on the
standard port, else started from a wheel, and gone when the run is over.
"""

import os
import secrets
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.servers.guardian import database_prefix
from tests.servers.owner import Address, Owner, ask
from tests.servers.postgres import PostgresServer
from tests.servers.redis import RestartableRedis

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("WAYMARK_TEST_DATA") or ROOT.parent / "shared" / "data")

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

OWNER = pytest.StashKey[Owner]()
ADDRESS = pytest.StashKey[Address]()


# ---------------------------------------------------------------- the run


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        config.stash[ADDRESS] = config.workerinput["servers"]
    else:
        config.stash[OWNER] = Owner()
        config.stash[ADDRESS] = config.stash[OWNER].address


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["servers"] = node.config.stash[ADDRESS]


def pytest_unconfigure(config: pytest.Config) -> None:
    if OWNER in config.stash:
        config.stash[OWNER].close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without the real inputs, what reads them is left out: neither run nor skipped."""
    if DATA.is_dir():
        return
    without = [item for item in items if item.get_closest_marker("needs_data")]
    if without:
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if item not in without]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not DATA.is_dir():
        terminalreporter.write_line(f"real inputs: none at {DATA} (WAYMARK_TEST_DATA), tests that read them left out")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return fail_if_skipped(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return fail_if_skipped(report)


def fail_if_skipped(report: Report) -> Report:
    """In CI a test that did not run is a test that failed; one that is expected to fail did run."""
    if os.environ.get("CI") and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and in CI that is a failure: {report.longrepr}"
    return report


# ---------------------------------------------------------------- servers


def postgres(config: pytest.Config, kind: str) -> Iterator[PostgresServer]:
    folder = Path(ask(config.stash[ADDRESS], "folder"))
    server = PostgresServer(ask(config.stash[ADDRESS], kind), database_prefix(folder))
    yield server
    server.close()


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> Iterator[PostgresServer]:
    """Makes databases. Fast: safe against a killed client, not against a power cut."""
    yield from postgres(pytestconfig, "postgres")


@pytest.fixture(scope="session")
def durable_postgres_server(pytestconfig: pytest.Config) -> Iterator[PostgresServer]:
    """Makes databases on a server that writes as in production (fsync on): for benchmarks."""
    yield from postgres(pytestconfig, "durable postgres")


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """An empty database of this test's own."""
    url = postgres_server.create()
    yield url
    postgres_server.drop(url)


@pytest.fixture
def redis_url(pytestconfig: pytest.Config) -> str:
    """A server that other tests use at the same time: keep to `redis_prefix`."""
    return ask(pytestconfig.stash[ADDRESS], "redis")


@pytest.fixture
def redis_prefix() -> str:
    """What this test's keys and channels begin with."""
    return f"waymark-test-{secrets.token_hex(8)}:"


@pytest.fixture
def watched_folder(pytestconfig: pytest.Config) -> Path:
    """A process that works in here is ended with the run, however the run ends."""
    return Path(ask(pytestconfig.stash[ADDRESS], "folder"))


@pytest.fixture
def redis_server(pytestconfig: pytest.Config) -> Iterator[RestartableRedis]:
    """A running server of this test's own, to be killed and started again."""
    server = RestartableRedis(Path(ask(pytestconfig.stash[ADDRESS], "folder")))
    server.start()
    yield server
    server.kill()


# ---------------------------------------------------------------- inputs


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of real inputs; a test that asks for it is marked `needs_data`."""
    return DATA
