"""No state of a shipped workflow is named in Python: a merchant may rename every one of them."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.contract import SCHEMA, parts

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "domain" / "workflow" / "library"
ROOMS = ("domain", "notifications", "schema", "resolvers", "gateway")
# Here other companies' words are spoken: a carrier's "delivered" is not a state of ours.
DIALECTS = (
    "gateway/simulated/",
    "gateway/webhooks/",
    "domain/adapters/payments/",
    "domain/adapters/carriers/",
    "domain/adapters/warehouse/",
)
A_STATE = re.compile(r"(?:^|[._])states?(?:$|\W)", re.IGNORECASE)


def public_words() -> set[str]:
    """What the contract itself calls things: `shipped` is also a stage of a line, so it may stand anywhere."""
    return {coordinate.rpartition(".")[2].lower() for coordinate in parts((SCHEMA / "contract.graphql").read_text())}


def named_states(source: str, states: set[str], public: set[str]) -> Iterator[tuple[int, str]]:
    """Lines that name a state: a word that is only a state's anywhere, a public word where it is used as one.

    Used as a state: compared with, matched against, assigned to, given as or looked up in something called state.
    """
    tree = ast.parse(source)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in docstrings and node.value in states - public:
            yield node.lineno, str(node.value)
        for constant in used_as_a_state(node):
            if constant.value in states & public:
                yield constant.lineno, str(constant.value)


def used_as_a_state(node: ast.AST) -> Iterator[ast.Constant]:
    match node:
        case ast.Compare():
            operands = [node.left, *node.comparators]
            if any(is_state(operand) for operand in operands):
                yield from (constant for operand in operands for constant in constants(operand))
        case ast.Match() if is_state(node.subject):
            yield from (constant for case in node.cases for constant in constants(case.pattern))
        case ast.keyword(arg=str(name)) if A_STATE.search(name):
            yield from constants(node.value)
        case ast.Subscript() if is_state(node.value):
            yield from constants(node.slice)
        case ast.Assign() if any(is_state(target) for target in node.targets):
            yield from constants(node.value)
        case ast.AnnAssign(value=ast.expr() as value) if is_state(node.target):
            yield from constants(value)


def is_state(node: ast.expr) -> bool:
    return not isinstance(node, ast.Constant) and A_STATE.search(ast.unparse(node)) is not None


def constants(node: ast.AST) -> Iterator[ast.Constant]:
    return (found for found in ast.walk(node) if isinstance(found, ast.Constant))


@pytest.mark.parametrize("definition", sorted(LIBRARY.glob("*.json")), ids=lambda file: file.stem)
def test_no_state_of_a_shipped_workflow_is_named_in_python(definition: Path) -> None:
    states, public = set(json.loads(definition.read_text())["states"]), public_words()
    assert states
    files = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    named = [
        f"{file.relative_to(ROOT)}:{line}: {state}"
        for file in files
        if not str(file.relative_to(ROOT)).startswith(DIALECTS)
        for line, state in named_states(file.read_text(), states, public)
    ]
    assert named == []


STATES = {"inReview", "shipped"}


@pytest.mark.parametrize(
    "source",
    [
        'NEXT = "inReview"',
        'is_gone = order.state == "shipped"',
        'is_gone = "shipped" == order.state',
        'is_gone = order.state in ("open", "shipped")',
        'is_gone = new_state != "shipped"',
        'match order.state:\n    case "shipped":\n        pass',
        'move(state="shipped")',
        'definition.states["shipped"]',
        'state = "shipped"',
        'state: str = "shipped"',
    ],
)
def test_a_planted_state_is_found(source: str) -> None:
    assert list(named_states(source, STATES, {"shipped"}))


@pytest.mark.parametrize(
    "source",
    [
        '"""inReview"""\n\ndef look() -> None:\n    """inReview"""',
        'title = words["shipped"]',
        'stage == "shipped"',
        'statement = "shipped"',
        'statement == "shipped"',
    ],
)
def test_a_word_that_is_no_state_is_let_be(source: str) -> None:
    assert list(named_states(source, STATES, {"shipped"})) == []
