"""What a setting may be, and how it is written into an environment variable."""

from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from domain.model.actors import Role

PREFIX = "WAYMARK_"


class ConfigError(Exception):
    """The settings cannot be used; the message says which, and what is wrong, in one line."""


class Mode(StrEnum):
    PRODUCTION = "production"
    DEVELOPMENT = "development"


def words(value: object) -> object:
    """A list as people write one into an environment variable: commas or blanks between."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _address(value: str) -> str:
    """An http(s) address without a slash at its end, so that paths can be appended."""
    if value and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname):
        raise ValueError("an address begins with http:// or https://")
    return value.rstrip("/")


def issuer(value: str) -> str:
    """As it is: whether there is a slash at its end is part of an issuer's name."""
    _address(value)
    return value


def mapped(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        theirs, _, ours = value.rpartition("=")
        if not theirs or ours not in list(Role):
            raise ValueError(f"a role is mapped as theirs=ours, and ours are {', '.join(Role)}")
    return values


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(words)]
Secrets = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(words)]
Address = Annotated[str, AfterValidator(_address)]
Issuer = Annotated[str, AfterValidator(issuer)]
