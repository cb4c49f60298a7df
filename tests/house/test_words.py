"""What must not be written in this repository is not."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Written in pieces, or this file would find itself. An index's address depends on who installs, and belongs in the
# configuration of that machine.
WORKPLACES = {
    "a folder of one machine": re.compile(r"(?<![\w.-])/(?:work|home|Users|root)" + r"/\w|/tmp" + r"/\w*venv"),
    "the address of a package index": re.compile(
        "|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.(?:org|com)", "yarnpkg" + r"\.com"))
    ),
}


def committed_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_nothing_of_a_workplace_is_committed() -> None:
    found = []
    for file in committed_files():
        try:
            text = file.read_text()
        except UnicodeDecodeError:
            continue  # an image says nothing
        found += [
            f"{file.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}: {what}: {match.group()}"
            for what, pattern in WORKPLACES.items()
            for match in pattern.finditer(text)
        ]
    assert found == []


@pytest.mark.parametrize("planted", ["see /wo" + "rk/main", "https://py" + "pi.org/simple", '"/ho' + 'me/me/x"'])
def test_a_planted_workplace_is_found_and_a_web_address_is_none(planted: str) -> None:
    assert any(pattern.search(planted) for pattern in WORKPLACES.values())
    assert not any(pattern.search("https://example.com/home/start") for pattern in WORKPLACES.values())
