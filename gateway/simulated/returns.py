"""The simulated warehouse's other door: returns that are announced, and then come by themselves, within a minute.

Whoever announced one is told by what it comes. A parcel is dropped off and goes through the simulated carrier's hands;
what its buyer brings to a counter is simply there. What is found follows from the reason that was given.
"""

import json
from random import Random
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.simulated.clock import fresh_id, iso, rising
from gateway.simulated.controls import page
from gateway.simulated.idempotency import once
from gateway.simulated.places import place_of_location
from gateway.simulated.program import Program
from gateway.simulated.tracking_numbers import CARRIERS, carrier_for, tracking_number
from gateway.simulated.wire import Answer, Refused, check_key, document, idempotency_key, section, text, whole

TABLES = """
CREATE TABLE IF NOT EXISTS returns (
  id TEXT PRIMARY KEY, reference TEXT NOT NULL UNIQUE, number TEXT NOT NULL, location TEXT NOT NULL,
  method TEXT NOT NULL, lines TEXT NOT NULL, city TEXT NOT NULL, zip TEXT NOT NULL, country TEXT NOT NULL,
  status TEXT NOT NULL, carrier TEXT, tracking TEXT UNIQUE, code TEXT, created REAL NOT NULL) STRICT;
"""
BY_CARRIER = {"dropped_off": 6, "received": 42, "inspected": 52}
AT_COUNTER = {"received": 12, "inspected": 22}
"""Seconds after it was announced, at speed 1."""
ON_ITS_WAY = 30.0
AS_NEW = ("WRONG_ITEM", "SIZE_TOO_SMALL", "SIZE_TOO_LARGE", "ARRIVED_LATE")
BROKEN = ("DEFECTIVE", "DAMAGED_IN_TRANSIT", "MISSING_PARTS")


def read(announced: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a return: of the address, only where the parcel comes from."""
    home, lines = section(announced, "shipFrom"), announced.get("lines")
    if not isinstance(lines, list) or not 1 <= len(lines) <= 500 or not all(isinstance(line, dict) for line in lines):
        raise Refused(400, "lines must be a list of 1 to 500 objects", param="lines")
    kept = [[text(line, "reference"), whole(line, "quantity"), text(line, "reason", "UNWANTED")] for line in lines]
    return {
        "reference": text(announced, "reference", limit=200), "number": text(announced, "returnNumber", "-"),
        "location": text(announced, "location", "main"), "method": text(announced, "method", "SHIP"),
        "lines": json.dumps(kept), "city": text(home, "city", "-"), "zip": text(home, "zip", "-", 40),
        "country": text(home, "countryCode", limit=2).upper(),
    }  # fmt: skip


def announce(program: Program, given: dict[str, Any]) -> Answer:
    """The return is expected, and all that will happen to it is planned; announced again, it is the same."""
    ledger, id_ = program.ledger, fresh_id("rtn")
    known = ledger.row("SELECT * FROM returns WHERE reference = ?", given["reference"])
    if known is not None:
        return Answer(200, shown(program, known["id"]))
    names = ", ".join(given)
    ledger.execute(
        f"INSERT INTO returns (id, status, created, {names}) VALUES (?, 'expected', ?{', ?' * len(given)})",
        *(id_, program.clock.now(), *given.values()),
    )
    travels = given["method"] != "IN_STORE"
    if travels:
        _label(program, id_, given)
    chance = program.chance.of("return", given["reference"])
    stages = BY_CARRIER if travels else AT_COUNTER
    moments = rising(program.clock.after(at + chance.uniform(-1.5, 1.5)) for at in stages.values())
    program.schedule.plan(id_, [(due, stage, "") for due, stage in zip(moments, stages, strict=True)])
    return Answer(201, shown(program, id_))


def _label(program: Program, id_: str, given: dict[str, Any]) -> None:
    """A carrier, a number that no other parcel has, and a code that the counter scans off a screen."""
    chance: Random = program.chance.of("return label", given["reference"])
    carrier = carrier_for(given["country"], chance)
    number = tracking_number(carrier, chance)
    taken = "SELECT 1 FROM returns WHERE tracking = ? UNION SELECT 1 FROM fulfillments WHERE tracking = ?"
    while program.ledger.row(taken, number, number):
        number = tracking_number(carrier, chance)
    program.ledger.execute(
        "UPDATE returns SET carrier = ?, tracking = ?, code = ? WHERE id = ?",
        *(carrier.handle, number, f"{chance.randrange(10**6):06}", id_),
    )


def shown(program: Program, id_: str) -> dict[str, Any]:
    row = program.ledger.rows("SELECT * FROM returns WHERE id = ?", id_)[0]
    found: dict[str, Any] = {"id": id_, "status": row["status"], "reference": row["reference"]}
    if row["tracking"]:
        carrier = CARRIERS[row["carrier"]]
        found |= {"carrier": carrier.handle, "carrierName": carrier.name, "service": carrier.service}
        found |= {"trackingNumber": row["tracking"], "dropOffCode": row["code"]}
        found |= {"labelUrl": f"{program.options.address}/labels/{id_}", "labelMediaType": "text/html"}
    return found


def cancel(program: Program, reference: str) -> Answer:
    """Nobody waits for it any more; what was never announced is as good as canceled."""
    row = program.ledger.row("SELECT id, status FROM returns WHERE reference = ?", reference)
    if row is not None and row["status"] == "expected":
        program.schedule.forget(row["id"])
        program.ledger.execute("UPDATE returns SET status = 'canceled' WHERE id = ?", row["id"])
    return Answer(200, {"status": "canceled", "reference": reference})


def reach(program: Program, id_: str, stage: str, due: float) -> None:
    """The return has come so far; whoever waits for it is told, and a carrier that is to bring it gets it."""
    row = program.ledger.rows("UPDATE returns SET status = ? WHERE id = ? RETURNING *", stage, id_)[0]
    if stage == "dropped_off":
        there = place_of_location(row["location"])
        parcel = {
            "trackingNumber": row["tracking"], "carrier": row["carrier"], "within": ON_ITS_WAY,
            "origin": {"city": row["city"], "zip": row["zip"], "countryCode": row["country"]},
            "destination": {"city": there.city, "countryCode": there.country},
        }  # fmt: skip
        program.callbacks.tell_carrier(row["tracking"], parcel)
        return
    event: dict[str, Any] = {"type": f"return.{stage}", "reference": row["reference"], "occurredAt": iso(due)}
    if stage == "inspected":
        event["lines"] = [_found(*line) for line in json.loads(row["lines"])]
    program.callbacks.owe(id_, fresh_id("msg"), event)


def _found(reference: str, quantity: int, reason: str) -> dict[str, Any]:
    condition = "NEW" if reason in AS_NEW else "DAMAGED" if reason in BROKEN else "OPENED"
    disposition = "QUARANTINE" if condition == "DAMAGED" else "RESTOCK"
    return {"reference": reference, "quantity": quantity, "condition": condition, "disposition": disposition}


def return_routes(program: Program) -> list[BaseRoute]:
    async def expect(request: Request) -> Response:
        check_key(request, program.options.key)
        given, asked = await document(request), idempotency_key(request)
        kept = read(given)
        return once(program, asked, request.url.path, given, lambda: announce(program, kept)).response()

    async def forget(request: Request) -> Response:
        check_key(request, program.options.key)
        given, asked = await document(request), idempotency_key(request)
        reference = text(given, "reference", limit=200)
        return once(program, asked, request.url.path, given, lambda: cancel(program, reference)).response()

    async def label(request: Request) -> Response:
        row = program.ledger.row("SELECT * FROM returns WHERE id = ?", request.path_params["id"])
        if row is None or row["tracking"] is None:
            return page("Label not found", "<p>There is no such label.</p>", 404)
        return page(f"Return label {row['tracking']}", f"<p>Or show this code at the counter: <b>{row['code']}</b></p>")

    return [
        Route("/returns", expect, methods=["POST"]),
        Route("/returns/cancel", forget, methods=["POST"]),
        Route("/labels/{id}", label),
    ]
