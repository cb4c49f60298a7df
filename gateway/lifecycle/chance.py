"""Chance, before anything else is open: development draws its secrets from it."""

from domain.adapters.ids import RandomIds


def token_bytes(n: int) -> bytes:
    return RandomIds().token_bytes(n)
