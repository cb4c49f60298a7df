import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.adapters.ids import SeededIds
from gateway.ids import TYPE_NAMES, Cursors, GlobalIds

SECRET = b"0123456789abcdef0123456789abcdef"
TYPED = string.ascii_letters + string.digits + "-_=+/ .\nß"
ids, cursors = GlobalIds(SECRET), Cursors(SECRET)

type_names = st.sampled_from(TYPE_NAMES)
order_ids = st.binary(min_size=16, max_size=16).map(bytes.hex)
values = st.one_of(
    order_ids,
    st.builds("{}/{}".format, order_ids, st.text(max_size=12)),
    st.builds("{}{}".format, order_ids, st.text(max_size=3)),
    order_ids.map(str.upper),
    st.text(max_size=80),
)
key_parts = st.one_of(st.none(), st.integers(), st.text(max_size=40))
keys = st.lists(key_parts, max_size=4)
names = st.text(max_size=10)
viewers = st.one_of(st.none(), st.text(max_size=10))


@given(type_names, values)
def test_an_id_is_read_back_as_what_it_was_made_of(type_name: str, value: str) -> None:
    text = ids.encode(type_name, value)
    assert ids.decode(text) == (type_name, value)
    assert ids.encode(type_name, value) == text
    assert set(text) <= set(string.ascii_letters + string.digits + "-_")


def test_an_order_has_a_short_id_and_so_has_what_is_inside_of_it() -> None:
    order_id = SeededIds(1).unique()
    assert len(ids.encode("Order", order_id)) == 34
    assert len(ids.encode("OrderLine", f"{order_id}/l1")) == 38


def test_types_never_change_their_code() -> None:
    """Ids are stored by others: this list only grows at its end."""
    assert TYPE_NAMES == (
        "Order", "OrderLine", "Payment", "PaymentTransaction", "Refund", "Shipment", "TrackingEvent", "OrderEvent",
        "Customer", "Product", "Location", "Notification", "Return", "ReturnLine", "TrackingLink", "Effect", "Workflow",
        "WorkflowVersion", "Ticket", "Approval",
    )  # fmt: skip
    assert len(TYPE_NAMES) < 128


def test_an_id_of_today_is_still_the_same_id() -> None:
    assert ids.encode("Order", "0190f0c3a2b47d3e8f00112233445566") == "gQGQ8MOitH0-jwARIjNEVWZLGDSgYWDaMw"
    assert ids.encode("Product", "TEA-GREEN-100") == "ClRFQS1HUkVFTi0xMDD2VJ6fKe9owg"
    assert cursors.encode("orders", "c:1", 17, "a") == "WzE3LCJhIl0lB0nry6mzzQ"


def test_a_type_without_a_code_has_no_ids() -> None:
    with pytest.raises(KeyError):
        ids.encode("Basket", "1")


def every_flip(text: str) -> list[str]:
    return [text[:at] + wrong + text[at + 1 :] for at, right in enumerate(text) for wrong in TYPED if wrong != right]


def every_slip(text: str) -> list[str]:
    missing = [text[:place] + text[place + 1 :] for place in range(len(text))]
    return [*missing, "", text + "=", text + "==", text + "A", text + "\n", " " + text, text.swapcase(), text * 2]


def test_one_wrong_character_in_any_of_1000_ids_is_refused() -> None:
    chance = SeededIds(2)
    for number in range(1_000):
        type_name = TYPE_NAMES[number % len(TYPE_NAMES)]
        suffix = ("", "/l1", "/payments/1")[number % 3]
        text = ids.encode(type_name, chance.unique() + suffix if number % 4 else f"SKU-{chance.bits(30)}")
        # All wrong characters at every place of some, one at every place of each.
        wrong = every_flip(text) + every_slip(text) if number < 50 else one_flip_a_place(text, chance)
        assert [flipped for flipped in wrong if ids.decode(flipped) is not None] == []


def test_one_wrong_character_in_any_of_1000_cursors_is_refused() -> None:
    chance = SeededIds(3)
    for number in range(1_000):
        text = cursors.encode("orders", "staff:1", chance.bits(50), chance.unique())
        wrong = every_flip(text) + every_slip(text) if number < 20 else one_flip_a_place(text, chance)
        assert [flipped for flipped in wrong if cursors.decode("orders", "staff:1", flipped) is not None] == []


def one_flip_a_place(text: str, chance: SeededIds) -> list[str]:
    wrong = [TYPED[chance.bits(30) % len(TYPED)] for _ in text]
    return [text[:at] + wrong[at] + text[at + 1 :] for at in range(len(text)) if wrong[at] != text[at]]


def test_the_bits_that_base64_leaves_over_must_be_zero() -> None:
    text = ids.encode("Order", SeededIds(4).unique())
    raw = base64.urlsafe_b64decode(text + "==")
    others = [text[:-1] + last for last in string.ascii_letters]
    twins = [other for other in others if base64.urlsafe_b64decode(other + "==") == raw]
    assert len(twins) > 1
    assert [twin for twin in twins if ids.decode(twin)] == [text]


@given(st.text(max_size=200))
def test_any_other_text_is_no_id_and_no_cursor(text: str) -> None:
    assert ids.decode(text) is None
    assert cursors.decode("orders", None, text) is None


@pytest.mark.parametrize("text", ["x" * 10_000_000, "\ud800", "\x00", "é" * 34, "=" * 40, "A" * 11])
def test_a_strange_text_is_refused_and_raises_nothing(text: str) -> None:
    assert ids.decode(text) is None
    assert cursors.decode("orders", None, text) is None


def test_another_secret_and_another_purpose_make_other_macs() -> None:
    text = ids.encode("Order", SeededIds(5).unique())
    assert GlobalIds(b"another secret").decode(text) is None
    assert cursors.decode("", None, text) is None
    assert GlobalIds(SECRET * 3).encode("Order", "1") != ids.encode("Order", "1")
    with pytest.raises(ValueError, match="no secret"):
        GlobalIds(b"")


@given(names, viewers, keys)
def test_a_cursor_is_read_back_as_its_key(name: str, viewer: str | None, key: list[str | int | None]) -> None:
    assert cursors.decode(name, viewer, cursors.encode(name, viewer, *key)) == tuple(key)


@given(names, viewers, names, viewers, keys)
def test_a_cursor_is_good_for_one_list_and_one_viewer(
    name: str, viewer: str | None, other_name: str, other_viewer: str | None, key: list[str | int | None]
) -> None:
    text = cursors.encode(name, viewer, *key)
    if (name, viewer) != (other_name, other_viewer):
        assert cursors.decode(other_name, other_viewer, text) is None


def test_list_and_viewer_cannot_run_into_each_other() -> None:
    text = cursors.encode("orders", "1", 7)
    for name, viewer in (("orders1", ""), ("orders1", None), ("order", "s1"), ("orders", None), ("orders", "")):
        assert cursors.decode(name, viewer, text) is None
