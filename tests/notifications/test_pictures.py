"""The messages that are looked at are all of them, and nothing in them waits for a picture."""

from pathlib import Path

import pytest

from notifications.rules import RULES, Kind
from notifications.segments import segments
from tests.notifications.pictures import LOCALES, Picture, pictures, written
from tests.notifications.test_wording import seen

EVERY = list(pictures())


def test_every_message_is_looked_at_in_every_language(tmp_path: Path) -> None:
    pages = {written(picture, tmp_path).name for picture in EVERY}
    kinds = [*(kind.value for kind in Kind), "sign-in", "track"]
    assert pages == {f"{kind}.{language}.html" for kind in kinds for language in LOCALES}
    sms = {path.name for path in tmp_path.glob("*.sms.txt")}
    short = [*(kind.value for kind in Kind if RULES[kind].sms), "sign-in", "track"]
    assert sms == {f"{kind}.{language}.sms.txt" for kind in short for language in LOCALES}


@pytest.mark.parametrize("picture", EVERY, ids=lambda picture: picture.name)
def test_a_likely_message_is_small_and_says_everything_in_words(picture: Picture) -> None:
    html, page = picture.message.html, seen(picture.message.html)
    assert len(html.encode()) < 100_000
    assert not {"img", "picture", "svg", "video"} & set(page.tags)
    assert "background-image" not in html
    said = " ".join(" ".join(page.text).split())
    about = () if picture.name.startswith("sign-in") else ("6VT0Y-EKQN8",)  # who signs in has no order yet
    for word in ("Alder & Finch", *about):
        assert word in said
    assert len(set(page.links)) == 1
    assert page.links[0] in said, "whoever's button does not work can copy it"
    if picture.sms is not None:
        assert segments(picture.sms).count <= 2
