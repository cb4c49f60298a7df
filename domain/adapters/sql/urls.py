"""Addresses of databases: `sqlite:///file`, `sqlite:////absolute/file`, `sqlite://` (in memory), `postgresql://...`."""

from urllib.parse import urlsplit

MEMORY = ":memory:"


def sqlite_path(url: str) -> str | None:
    """The file that a SQLite address names; None for an address of Postgres. Raises: ValueError for any other."""
    if url in ("sqlite://", f"sqlite:///{MEMORY}"):
        return MEMORY
    if url.startswith("sqlite:///"):
        return url.removeprefix("sqlite:///")
    if urlsplit(url).scheme in ("postgresql", "postgres"):
        return None
    raise ValueError("a database address begins with sqlite:/// or postgresql://")


def place_of(url: str) -> str:
    """How a message names a Postgres database: without its password."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}"
