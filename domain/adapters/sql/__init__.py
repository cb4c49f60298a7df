"""The store on SQLite and on Postgres: opened here, made by `migrating.migrate`, read again by `replay.Replay`."""

from domain.adapters.sql.store import OpenStore, open_store

__all__ = ["OpenStore", "open_store"]
