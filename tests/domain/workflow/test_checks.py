import json
from copy import deepcopy
from typing import Any

import pytest

from domain.actions.table import ACTIONS, FOR_WORKFLOWS
from domain.adapters.conditions_cel import CelConditions
from domain.adapters.documents.workflows import check_definition
from domain.workflow.checks import Problem, problems

WORDS: dict[str, Any] = {
    "subject": "ORDER",
    "start": "received",
    "milestones": [{"handle": "placed", "titles": {"en": "Placed"}}],
    "states": {
        "received": {
            "status": "PENDING",
            "milestone": "placed",
            "tasks": {"payment": {"action": "authorizePayment", "expect": "result.amount == order.total"}},
            "on": {
                "tasks.done": [{"when": "order.total > 5", "to": "looked/at"}, {"to": "done"}],
                "payment.failed": [{"to": "done"}],
                "bank.failed": [{"to": "done"}],
            },
            "after": {"PT15M": {"to": "looked/at"}, "window:payment": {"when": "order.total > 5", "to": "done"}},
        },
        "looked/at": {"status": "ON_HOLD", "on": {"staff.approve": [{"to": "done"}]}},
        "done": {"status": "COMPLETED", "final": True},
    },
}


def found(words: dict[str, Any]) -> tuple[Problem, ...]:
    definition, _ = check_definition(json.dumps(words).encode())
    assert definition is not None, "its shape is sound"
    return problems(definition, CelConditions(), "EUR", FOR_WORKFLOWS)


def changed(*path: str | int, value: Any) -> dict[str, Any]:
    words = deepcopy(WORDS)
    part: Any = words
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return words


def test_a_sound_definition_has_no_problem() -> None:
    # bank.failed is somebody's own trigger, but a task of that name is missing.
    words = deepcopy(WORDS)
    del words["states"]["received"]["on"]["bank.failed"]
    assert found(words) == ()


R = ("states", "received")


@pytest.mark.parametrize(
    ("path", "value", "place", "message"),
    [
        (("start",), "gone", "/start", "no state 'gone'"),
        ((*R, "on", "tasks.done", 1, "to"), "gone", "/states/received/on/tasks.done/1/to", "no state 'gone'"),
        ((*R, "after", "PT15M", "to"), "gone", "/states/received/after/PT15M/to", "no state 'gone'"),
        (
            ("states", "looked/at", "on", "staff.approve", 0, "to"),
            "gone",
            "/states/looked~1at/on/staff.approve/0/to",
            "no state 'gone'",
        ),
        ((*R, "on", "tasks.done", 0, "when"), "order.totl > 5", "/states/received/on/tasks.done/0/when", "order.totl"),
        ((*R, "after", "window:payment", "when"), "1 +", "/states/received/after/window:payment/when", "1 +"),
        ((*R, "tasks", "payment", "expect"), "result.amout == 1", "/states/received/tasks/payment/expect", "amout"),
        (
            (*R, "on", "tasks.done", 0, "when"),
            "order.total > money('1', 'USD')",
            "/states/received/on/tasks.done/0/when",
            "EUR",
        ),
        ((*R, "on", "tasks.done", 0), {"to": "done"}, "/states/received/on/tasks.done/0", "never asked"),
        ((*R, "tasks", "payment", "action"), "payNobody", "/states/received/tasks/payment/action", "no action"),
        ((*R, "tasks", "payment", "action"), "watchParcel", "/states/received/tasks/payment/action", "no action"),
        ((*R, "tasks", "payment", "fallback"), "payNobody", "/states/received/tasks/payment/fallback", "no action"),
        (
            (*R, "tasks", "payment", "retry"),
            {"attempts": 0},
            "/states/received/tasks/payment/retry/attempts",
            "at least 1",
        ),
        ((*R, "milestone"), "gone", "/states/received/milestone", "no milestone 'gone'"),
        (("milestones",), WORDS["milestones"] * 2, "/milestones/1/handle", "named twice"),
        ((*R, "after"), {"window:gone": {"to": "looked/at"}}, "/states/received/after/window:gone", "no window 'gone'"),
        (("states", "looked/at", "on"), {}, "/states/looked~1at", "nothing leads on"),
        (("states", "alone"), WORDS["states"]["looked/at"], "/states/alone", "ever gets here"),
        (
            ("states", "looked/at", "on", "tasks.done"),
            [{"to": "done"}],
            "/states/looked~1at/on/tasks.done",
            "no tasks here",
        ),
        ((*R, "tasks"), {}, "/states/received/on/payment.failed", "no task 'payment' here"),
    ],
)
def test_what_leads_nowhere_is_found_at_its_place(
    path: tuple[str | int, ...], value: Any, place: str, message: str
) -> None:
    told = found(changed(*path, value=value))
    assert [problem for problem in told if problem.path == place and message in problem.message], told


def test_all_problems_are_found_at_once() -> None:
    words = changed("start", value="gone")
    words["states"]["received"]["tasks"]["payment"]["action"] = "payNobody"
    places = [problem.path for problem in found(words)]
    assert places[:2] == ["/start", "/states/received/tasks/payment/action"]
    assert {"/states/received/on/bank.failed", "/states/done", "/states/received"} <= set(places)


def test_actions_on_a_single_parcel_or_refund_are_not_for_workflows() -> None:
    assert set(ACTIONS) - set(FOR_WORKFLOWS) == {"watchParcel", "callOffParcel", "payRefund"}
