import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.model.text import UnusableText, clean, with_plain_digits


def test_ordinary_words_of_every_script_stay_as_they_are() -> None:
    for words in ("Straße 1", "日本橋\n二丁目", "tab\there", "שלום\u200f", "👩‍👩‍👧", ""):
        assert clean(words, 100) == words


def test_two_ways_of_writing_a_letter_become_one() -> None:
    assert clean("Zu\u0308rich", 100) == "Zürich"


def test_newlines_of_every_form_field_are_one_character() -> None:
    assert clean("a\r\nb\n", 100) == "a\nb\n"


def test_what_turns_the_reading_direction_around_is_taken_out() -> None:
    assert clean("invoice\u202efdp.exe\u2066\u2069\u202c", 100) == "invoicefdp.exe"


@pytest.mark.parametrize("code", [0x00, 0x07, 0x0B, 0x0D, 0x1B, 0x1F, 0x7F, 0x85, 0x9F, 0xD800, 0xDFFF])
def test_control_characters_and_halves_of_characters_are_refused(code: int) -> None:
    with pytest.raises(UnusableText) as refused:
        clean(f"secret{chr(code)}words", 100)
    assert "secret" not in str(refused.value)


def test_a_text_of_the_limit_is_taken_and_one_longer_is_refused() -> None:
    assert clean("x" * 10, 10) == "x" * 10
    with pytest.raises(UnusableText, match="longer than 10"):
        clean("x" * 11, 10)


def test_a_text_that_grows_in_its_one_form_still_keeps_the_limit() -> None:
    with pytest.raises(UnusableText):
        clean("\U0001d160" * 10, 10)


@given(st.text(max_size=60))
def test_a_clean_text_is_stored_as_it_is_and_cleaning_again_changes_nothing(text: str) -> None:
    try:
        cleaned = clean(text, 200)
    except UnusableText:
        return
    cleaned.encode()
    assert clean(cleaned, 200) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(unicodedata.category(character) == "Cc" for character in cleaned.replace("\n", "").replace("\t", ""))


def test_digits_of_every_script_are_read_as_ten_figures() -> None:
    assert with_plain_digits("４٤४𝟒 4️⃣ a–b—c−d\u00a0e\u200bf\u00ad") == "4444 4 a-b-c-d ef"
    assert with_plain_digits("＋49 日本 ²①½") == "+49 日本 ²①½"


def test_plain_text_is_not_touched() -> None:
    text = "tab\t and -dash- 0123"
    assert with_plain_digits(text) is text
