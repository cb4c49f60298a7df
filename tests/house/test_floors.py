"""No dependency is older than the version that closed its last advisory."""

import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]


def rules() -> tuple[dict[str, Version], set[str]]:
    floors: dict[str, Version] = {}
    never: set[str] = set()
    for line in (ROOT / "min_versions.txt").read_text().splitlines():
        words = line.partition("#")[0].split()
        if words and words[0] == "never":
            never.add(canonicalize_name(words[1]))
        elif words:
            floors[canonicalize_name(words[0])] = Version(words[1])
    return floors, never


FLOORS, NEVER = rules()


def installed() -> dict[str, Version]:
    return {canonicalize_name(found.metadata["Name"]): Version(found.version) for found in distributions()}


def locked() -> dict[str, Version]:
    pins = re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    return {canonicalize_name(name): Version(version) for name, version in pins}


def asked_for() -> dict[str, Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    return {canonicalize_name(requirement.name): requirement for requirement in map(Requirement, lines)}


@pytest.mark.parametrize("where", [installed, locked], ids=["installed", "locked"])
def test_no_version_is_below_its_floor(where: type) -> None:
    versions = where()
    assert {name: versions[name] for name in FLOORS if name in versions and versions[name] < FLOORS[name]} == {}


def test_the_project_asks_for_nothing_below_a_floor() -> None:
    below = {
        name: str(requirement)
        for name, requirement in asked_for().items()
        if name in FLOORS and not any(Version(spec.version) >= FLOORS[name] for spec in requirement.specifier)
    }
    assert below == {}


def test_every_dependency_has_a_floor_of_its_own() -> None:
    assert [
        str(asked) for asked in asked_for().values() if not {">=", "=="} & {s.operator for s in asked.specifier}
    ] == []


def test_the_lock_pins_everything_that_the_project_asks_for() -> None:
    versions = locked()
    unmet = [str(asked) for name, asked in asked_for().items() if not asked.specifier.contains(versions.get(name, "0"))]
    assert unmet == []


@pytest.mark.parametrize("name", sorted(NEVER))
def test_what_must_not_be_a_dependency_is_none(name: str) -> None:
    assert name not in locked()
    assert name not in asked_for()


def test_the_lock_is_hashed_and_names_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text()
    assert "://" not in text
    pins = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(pins) > 50
    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []
