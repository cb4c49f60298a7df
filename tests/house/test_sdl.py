"""The committed schema is the one that the code serves."""

from gateway.graphql import sdl
from tests.house.contract import SCHEMA


def test_the_committed_schema_is_what_the_code_serves() -> None:
    assert (SCHEMA / "schema.graphql").read_text() == sdl(), "`make schema` writes schema/schema.graphql anew"
