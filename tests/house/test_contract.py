"""The schema keeps the public contract, and says line by line what of it is not built yet."""

import pytest

from tests.house.contract import SCHEMA, complaints

CONTRACT = """
interface Node { id: ID! }
type Order implements Node {
  id: ID!
  total: Money
  events(first: Int = 20, after: String): [String!]!
  tickets: [Ticket!]
}
type Money { amount: String! }
type Ticket implements Node { id: ID! subject: String! }
enum Status { OPEN CLOSED }
union Found = Order | Ticket
input PlaceOrder { key: String! note: String }
type Query { order(id: ID!): Order search(text: String!): [Found!]! }
"""

UNBUILT_TICKETS = (
    CONTRACT.replace("  tickets: [Ticket!]\n", "")
    .replace("type Ticket implements Node { id: ID! subject: String! }\n", "")
    .replace("Order | Ticket", "Order")
)


def test_the_schema_keeps_the_contract() -> None:
    contract, schema, not_built = (
        (SCHEMA / name).read_text() for name in ("contract.graphql", "schema.graphql", "not_built.txt")
    )
    assert complaints(contract, schema, not_built) == []


def test_a_schema_that_is_the_contract_needs_no_list() -> None:
    assert complaints(CONTRACT, CONTRACT, "") == []


def test_what_is_absent_is_listed_once_with_all_that_lies_within() -> None:
    assert complaints(CONTRACT, UNBUILT_TICKETS, "# not yet\nOrder.tickets\n\nTicket\n") == []


def test_more_than_the_contract_is_welcome() -> None:
    more = CONTRACT.replace("note: String", "note: String gift: Boolean").replace("OPEN", "OPEN PAUSED")
    more = more.replace("after: String)", "after: String, newest: Boolean! = false)").replace(
        "type Money { ", "type Money { currency: String! "
    )
    assert complaints(CONTRACT, more, "") == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("total: Money", "total: Money!"), "Order.total is Money!, promised as Money"),
        (("amount: String!", "amount: Int!"), "Money.amount is Int!, promised as String!"),
        (("total: Money", "sum: Money"), "Order.total is neither built nor listed"),
        (("first: Int = 20", "first: Int = 50"), "Order.events(first:) is Int = 50, promised as Int = 20"),
        (("first: Int = 20", "first: Int"), "Order.events(first:) is Int, promised as Int = 20"),
        (("after: String)", "after: String = null)"), "Order.events(after:) is String = null, promised as String"),
        (("note: String", "note: String = null"), "PlaceOrder.note is String = null, promised as String"),
        (("note: String", "note: String!"), "PlaceOrder.note is String!, promised as String"),
        ((", after: String", ""), "Order.events(after:) is neither built nor listed"),
        (("after: String)", "after: String, shop: ID!)"), "Order.events(shop:) must be given, and nobody was told"),
        (("note: String", "note: String, shop: ID!"), "PlaceOrder.shop must be given, and nobody was told"),
        (("OPEN CLOSED", "OPEN"), "Status.CLOSED is neither built nor listed"),
        (("type Order implements Node", "type Order"), "promised, and not so: Order implements Node"),
        (("Order | Ticket", "Order"), "promised, and not so: Found may be Ticket"),
        (("input PlaceOrder", "type PlaceOrder"), "PlaceOrder is object type, promised as input object type"),
        (("union Found = Order | Ticket", ""), "Found is neither built nor listed"),
        (("[Found!]!", "[Found!]"), "Query.search is [Found!], promised as [Found!]!"),
    ],
)
def test_a_planted_difference_is_found(change: tuple[str, str], complaint: str) -> None:
    assert change[0] in CONTRACT
    assert complaint in complaints(CONTRACT, CONTRACT.replace(*change, 1), "")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("Order.total", "Order.total is listed as not built, and is built"),
        ("Money", "Money is listed as not built, and is built"),
        ("Order.colour", "Order.colour is listed as not built, and the contract does not know it"),
        ("Ticket.subject", "Ticket.subject is listed, and its type or field is too: one line is enough"),
        ("Ticket", "Ticket is listed twice"),
    ],
)
def test_a_line_too_many_in_the_list_is_found(line: str, complaint: str) -> None:
    assert complaints(CONTRACT, UNBUILT_TICKETS, f"Order.tickets\nTicket\n{line}\n") == [complaint]


def test_what_is_present_with_another_type_cannot_be_excused_as_not_built() -> None:
    changed = CONTRACT.replace("total: Money", "total: String")
    found = complaints(CONTRACT, changed, "Order.total\n")
    assert "Order.total is String, promised as Money" in found
    assert "Order.total is listed as not built, and is built" in found
