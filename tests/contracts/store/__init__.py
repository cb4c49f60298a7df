"""One suite for every store: SQLite in memory and in a file, Postgres."""
