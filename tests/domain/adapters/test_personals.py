import hashlib

import pytest

from domain.adapters.personals import SealedPersonals
from domain.model.addresses import Address
from domain.model.orders import Buyer


class CountingIds:
    """Ids in a row, so that a test can tell one draw from the next."""

    def __init__(self) -> None:
        self._drawn = 0

    def _next(self) -> int:
        self._drawn += 1
        return self._drawn

    def order_id(self, at: object) -> str:
        return f"{self._next():032x}"

    def unique(self) -> str:
        return f"{self._next():032x}"

    def token_bytes(self, n: int) -> bytes:
        return self._next().to_bytes(n, "big")

    def bits(self, n: int) -> int:
        return self._next() & ((1 << n) - 1)

    def random(self) -> float:
        return 0.5


BUYER = Buyer(
    name="Zoë Müller",
    email="zoe@example.com",
    phone="+4915112345678",
    shipping_address=Address(country_code="DE", city="Hamburg"),
    note="bell: «Müller»",
)


@pytest.fixture
def personals() -> SealedPersonals:
    return SealedPersonals(b"a secret of the shop", CountingIds())


def test_a_sealed_row_opens_to_the_same_words(personals: SealedPersonals) -> None:
    assert personals.open(personals.seal(BUYER).body) == BUYER
    assert personals.open(personals.seal(Buyer()).body) == Buyer()


def test_a_row_is_named_by_the_digest_of_its_salt_and_body(personals: SealedPersonals) -> None:
    row = personals.seal(BUYER)
    assert row.ref.digest == hashlib.sha256(row.salt + row.body).hexdigest()
    assert len(row.salt) == 16


def test_equal_words_are_sealed_into_rows_that_do_not_look_alike(personals: SealedPersonals) -> None:
    one, other = personals.seal(BUYER), personals.seal(BUYER)
    assert one.body == other.body
    assert one.ref.id != other.ref.id
    assert one.ref.digest != other.ref.digest


@pytest.mark.parametrize(
    ("one", "other"),
    [("Zoe@Example.com", "zoe@example.COM"), (" Anna  Berg", "anna berg"), ("ＡＮＮＡ", "anna"), ("Straße", "STRASSE")],
)
def test_spellings_of_the_same_word_have_one_look_up_word(personals: SealedPersonals, one: str, other: str) -> None:
    assert personals.lookup("name", one) == personals.lookup("name", other)


def test_look_up_words_do_not_reveal_what_they_stand_for(personals: SealedPersonals) -> None:
    word = personals.lookup("email", "zoe@example.com")
    assert word != personals.lookup("name", "zoe@example.com")
    assert word != SealedPersonals(b"another", CountingIds()).lookup("email", "zoe@example.com")
    assert word != hashlib.sha256(b"zoe@example.com").hexdigest()
    assert len(word) == 64
