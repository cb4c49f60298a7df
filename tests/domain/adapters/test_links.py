from base64 import urlsafe_b64encode

from hypothesis import given
from hypothesis import strategies as st

from domain.adapters.ids import SeededIds
from domain.adapters.links import SecretLinks
from domain.model.links import Purpose

LINKS = SecretLinks(b"a secret of the shop")
LINK = "0123456789abcdef0123456789abcdef"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def test_the_same_link_has_the_same_token_in_every_process() -> None:
    assert LINKS.token(LINK) == SecretLinks(b"a secret of the shop").token(LINK)
    assert LINKS.token(LINK).startswith("wml_")
    assert len(LINKS.token(LINK)) == 47


def test_another_secret_or_another_link_has_another_token() -> None:
    assert SecretLinks(b"another").token(LINK) != LINKS.token(LINK)
    assert LINKS.token(LINK[::-1]) != LINKS.token(LINK)


def test_a_token_leads_back_to_its_link() -> None:
    assert LINKS.link_id(LINKS.token(LINK)) == LINK
    assert SecretLinks(b"another").link_id(LINKS.token(LINK)) is None


def test_a_token_with_any_character_changed_is_no_token() -> None:
    token = LINKS.token(LINK)
    for place in range(len(token)):
        for other in ALPHABET:
            if other != token[place]:
                assert LINKS.link_id(token[:place] + other + token[place + 1 :]) is None


def test_the_spare_bits_of_base64_give_no_second_spelling() -> None:
    token = LINKS.token(LINK)
    assert [end for end in ALPHABET if LINKS.link_id(token[:-1] + end)] == [token[-1]]


@given(st.text(max_size=60))
def test_whatever_else_is_sent_is_no_token(text: str) -> None:
    assert LINKS.link_id(text) is None
    assert LINKS.link_id("wml_" + text) is None
    assert len(LINKS.digest(text)) == 32


def test_the_digest_does_not_contain_the_token() -> None:
    token = LINKS.token(LINK)
    assert LINKS.digest(token) == LINKS.digest(token) != LINKS.digest(token[:-1])
    assert token.encode() not in LINKS.digest(token)


def test_a_token_is_good_for_what_it_was_made_for_and_nothing_else() -> None:
    tokens = {purpose: LINKS.token(LINK, purpose) for purpose in Purpose}
    bodies = {token.partition("_")[2] for token in tokens.values()}
    assert len(bodies) == len(Purpose)
    for purpose, token in tokens.items():
        assert [other for other in Purpose if LINKS.link_id(token, other) == LINK] == [purpose]
        for other in Purpose:
            renamed = tokens[other].partition("_")[0] + "_" + token.partition("_")[2]
            assert (LINKS.link_id(renamed, other) == LINK) is (other is purpose)


def test_a_hundred_thousand_guesses_hit_nothing() -> None:
    guesses = SeededIds(7)
    for _ in range(100_000):
        body = urlsafe_b64encode(guesses.token_bytes(32)).decode().rstrip("=")
        assert LINKS.link_id("wml_" + body) is None
