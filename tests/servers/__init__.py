"""Postgres and Redis for tests: named by the environment, else found running, else started from a wheel."""
