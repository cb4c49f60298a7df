"""One demo shop for all tests that only look at it."""

import asyncio

import pytest

from tests.gateway.demo.shops import Built, build_in


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """In a SQLite file, as `make run` builds it."""
    return asyncio.run(build_in(f"sqlite:///{tmp_path_factory.mktemp('demo')}/waymark.db"))
