"""What must not be written in this repository is not."""

import ast
import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "domain" / "workflow" / "library"
ROOMS = ("domain", "notifications", "schema", "resolvers", "gateway")

# Written in pieces, or this file would find itself.
WORKPLACES = {
    "a folder of one machine": re.compile(r"/(?:work|home|Users)" + r"/\w|/tmp" + r"/\w*venv"),
    "the address of a package index": re.compile(
        "|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.(?:org|com)", "yarnpkg" + r"\.com"))
    ),
}
"""The address of an index depends on who installs; it belongs in that machine's configuration."""


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


def state_names(definition: object) -> set[str]:
    states = definition.get("states", {}) if isinstance(definition, dict) else {}
    return set(states)


def strings(source: str) -> dict[str, int]:
    """Every string constant of a module but its docstrings, and a line where it stands."""
    tree = ast.parse(source)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return {
        node.value: node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    }


# Here other companies' words are spoken, and a carrier's "delivered" is not a state of ours.
DIALECTS = ("gateway/simulated/", "gateway/webhooks/", "domain/adapters/payments/", "domain/adapters/carriers/",
            "domain/adapters/warehouse/")  # fmt: skip


@pytest.mark.parametrize("definition", sorted(LIBRARY.glob("*.json")), ids=lambda file: file.stem)
def test_no_state_of_a_shipped_workflow_is_named_in_python(definition: Path) -> None:
    """A merchant may rename every state, so code asks facts and the definition, never a name."""
    states = state_names(json.loads(definition.read_text()))
    assert states
    named = []
    for file in (file for room in ROOMS for file in (ROOT / room).rglob("*.py")):
        where = str(file.relative_to(ROOT))
        if not where.startswith(DIALECTS):
            named += [f"{where}:{line}: {text}" for text, line in strings(file.read_text()).items() if text in states]
    assert named == []


def test_a_planted_state_name_is_found_and_a_docstring_is_none() -> None:
    source = '"""received"""\ndef is_new(state: str) -> bool:\n    """received"""\n    return state == "received"\n'
    assert strings(source) == {"received": 4}
