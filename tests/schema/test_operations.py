"""The documents that clients start from are understood, as far as the schema is built."""

import pytest
from graphql import build_schema, parse, print_ast, validate

from tests.house.contract import SCHEMA
from tests.operations import SOURCE, operations, pruned

BUILT = build_schema((SCHEMA / "schema.graphql").read_text())
CONTRACT = build_schema((SCHEMA / "contract.graphql").read_text())


def test_the_documents_are_the_contracts() -> None:
    assert validate(CONTRACT, parse(SOURCE.read_text())) == []


@pytest.mark.parametrize("name", sorted(operations()))
def test_a_document_is_valid_once_what_is_not_built_is_taken_out(name: str) -> None:
    assert validate(BUILT, parse(operations()[name])) == []


def test_the_documents_of_a_tracked_order_are_there() -> None:
    built = {"CheckoutQuote", "PlaceOrder", "TrackingPage", "TrackOrder", "MyOrders", "CancelQuote", "CancelOrder"}
    assert set(operations()) >= built


def test_what_is_left_out_is_no_more_than_what_is_not_built() -> None:
    document = parse(
        """
        query Q($a: ID, $b: ID!) {
          order(id: $a) { ...F returns { id } }
          returnOptions(orderId: $b) { window { from } }
        }
        fragment F on Order { id feedback { rating } tickets { ...T } }
        fragment T on Ticket { id }
        """
    )
    absent = {"Order.returns", "Order.feedback", "Order.tickets", "Ticket", "Query.returnOptions"}
    left = pruned(document, CONTRACT, frozenset(absent))
    assert print_ast(left) == print_ast(parse("query Q($a: ID) { order(id: $a) { ...F } } fragment F on Order { id }"))
