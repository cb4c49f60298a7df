"""Simulated warehouse: picks, packs, labels and hands over what it is told to ship, for development and tests.

Nothing is shipped. JSON with a bearer key; each POST is idempotent under its Idempotency-Key, and a reference can be
asked for once only. Callbacks follow Standard Webhooks. At hand-over the simulated carrier, when its address was given,
gets the parcel. What comes back is expected, received and inspected: see `returns`. A location's handle says where it
stands (`berlin-2`, `us-newark`): see `places.place_of_location`.
"""

import json
from random import Random
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.simulated import returns
from gateway.simulated.callbacks import standard_signature
from gateway.simulated.clock import fresh_id, iso, rising
from gateway.simulated.idempotency import once
from gateway.simulated.places import place_of_location
from gateway.simulated.program import Kind, Program
from gateway.simulated.tracking_numbers import CARRIERS, Carrier, carrier_for, tracking_number
from gateway.simulated.wire import Answer, Refused, check_key, document, idempotency_key, refused, section, text, whole

TABLES = """
CREATE TABLE IF NOT EXISTS fulfillments (
  id TEXT PRIMARY KEY, reference TEXT NOT NULL UNIQUE, number TEXT NOT NULL, location TEXT NOT NULL,
  service TEXT NOT NULL, lines TEXT NOT NULL, city TEXT NOT NULL, zip TEXT NOT NULL, country TEXT NOT NULL,
  status TEXT NOT NULL, carrier TEXT, tracking TEXT UNIQUE, created REAL NOT NULL) STRICT;
"""
# Seconds after the order, at speed 1.
STAGES = {"picking": 5, "picked": 12, "packed": 18, "labeled": 22, "handed_over": 26}
TOO_LATE = ("labeled", "handed_over")


def _read(order: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a fulfillment order: of the address, only where the parcel goes."""
    to, lines = section(order, "shipTo"), order.get("lines")
    if not isinstance(lines, list) or not 1 <= len(lines) <= 500 or not all(isinstance(line, dict) for line in lines):
        raise Refused(400, "lines must be a list of 1 to 500 objects", param="lines")
    country = text(to, "countryCode", limit=2).upper()
    if len(country) != 2 or not (country.isascii() and country.isalpha()):
        raise Refused(400, "countryCode must be two letters", param="countryCode")
    return {
        "reference": text(order, "reference", limit=200), "number": text(order, "orderNumber", "-"),
        "location": text(order, "location", "main"), "service": text(order, "service", "STANDARD"),
        "lines": json.dumps([[text(line, "sku"), whole(line, "quantity")] for line in lines]),
        "city": text(to, "city"), "zip": text(to, "zip", "-", 40), "country": country,
    }  # fmt: skip


def _accept(program: Program, order: dict[str, Any]) -> Answer:
    """The order stands in the ledger, and every stage of it is planned."""
    ledger, id_ = program.ledger, fresh_id("ful")
    known = ledger.row("SELECT id FROM fulfillments WHERE reference = ?", order["reference"])
    if known is not None:
        return refused(409, "there is a fulfillment order with this reference", code="duplicate", id=known["id"])
    names = ", ".join(order)
    ledger.execute(
        f"INSERT INTO fulfillments (id, status, created, {names}) VALUES (?, 'accepted', ?{', ?' * len(order)})",
        *(id_, program.clock.now(), *order.values()),
    )
    chance = program.chance.of("stages", order["reference"])
    moments = rising(program.clock.after(at + chance.uniform(-1.5, 1.5)) for at in STAGES.values())
    program.schedule.plan(id_, [(due, stage, "") for due, stage in zip(moments, STAGES, strict=True)])
    return Answer(201, {"id": id_, "status": "accepted", "reference": order["reference"]})


def _cancel(program: Program, id_: str) -> Answer:
    """Canceled, unless the label is made: then it is too late."""
    order = program.ledger.row("SELECT * FROM fulfillments WHERE id = ?", id_)
    if order is None:
        return refused(404, "there is no such fulfillment order")
    if order["status"] in TOO_LATE:
        return Answer(409, {"id": id_, "status": "too_late", "reference": order["reference"]})
    if order["status"] != "canceled":
        program.schedule.forget(id_)
        _reach(program, id_, "canceled", "", program.clock.now())
    return Answer(200, {"id": id_, "status": "canceled", "reference": order["reference"]})


def _label(program: Program, id_: str, reference: str, country: str) -> None:
    """The parcel has a carrier and a number that no other parcel has."""
    chance: Random = program.chance.of("label", reference)
    carrier = carrier_for(country, chance)
    number = tracking_number(carrier, chance)
    while program.ledger.row("SELECT 1 FROM fulfillments WHERE tracking = ?", number):
        number = tracking_number(carrier, chance)
    program.ledger.execute(
        "UPDATE fulfillments SET carrier = ?, tracking = ? WHERE id = ?", carrier.handle, number, id_
    )


def _reach(program: Program, id_: str, stage: str, body: str, due: float) -> None:
    """The order has reached `stage`; its callback, and at the end the carrier's parcel, are owed. Or the return has."""
    if program.ledger.row("SELECT 1 FROM returns WHERE id = ?", id_):
        returns.reach(program, id_, stage, due)
        return
    row = program.ledger.rows("UPDATE fulfillments SET status = ? WHERE id = ? RETURNING *", stage, id_)[0]
    if stage == "labeled":
        _label(program, id_, row["reference"], row["country"])
        row = program.ledger.rows("SELECT * FROM fulfillments WHERE id = ?", id_)[0]
    event: dict[str, Any] = {"type": f"fulfillment.{stage}", "reference": row["reference"], "occurredAt": iso(due)}
    if row["tracking"]:
        carrier: Carrier = CARRIERS[row["carrier"]]
        event |= {"carrier": carrier.handle, "carrierName": carrier.name, "service": carrier.service}
        event["trackingNumber"] = row["tracking"]
    program.callbacks.owe(id_, fresh_id("msg"), event)
    if stage == "handed_over":
        origin = place_of_location(row["location"])
        destination = {"city": row["city"], "zip": row["zip"], "countryCode": row["country"]}
        parcel = {"trackingNumber": row["tracking"], "carrier": row["carrier"], "destination": destination}
        parcel["origin"] = {"city": origin.city, "countryCode": origin.country}
        program.callbacks.tell_carrier(row["tracking"], parcel)


def warehouse_routes(program: Program) -> list[BaseRoute]:
    async def accept(request: Request) -> Response:
        check_key(request, program.options.key)
        given, asked = await document(request), idempotency_key(request)
        order = _read(given)
        return once(program, asked, request.url.path, given, lambda: _accept(program, order)).response()

    async def cancel(request: Request) -> Response:
        check_key(request, program.options.key)
        id_, asked = request.path_params["id"], idempotency_key(request)
        return once(program, asked, request.url.path, {}, lambda: _cancel(program, id_)).response()

    async def show(request: Request) -> Response:
        check_key(request, program.options.key)
        row = program.ledger.row("SELECT * FROM fulfillments WHERE id = ?", request.path_params["id"])
        if row is None:
            raise Refused(404, "there is no such fulfillment order")
        shown = {"id": row["id"], "status": row["status"], "reference": row["reference"]}
        return Answer(200, {**shown, "carrier": row["carrier"], "trackingNumber": row["tracking"]}).response()

    return [
        Route("/fulfillment-orders", accept, methods=["POST"]),
        Route("/fulfillment-orders/{id}", show),
        Route("/fulfillment-orders/{id}/cancel", cancel, methods=["POST"]),
        *returns.return_routes(program),
    ]


WAREHOUSE = Kind(
    name="warehouse",
    title="Simulated warehouse",
    tables=TABLES + returns.TABLES,
    doors=("/fulfillment-orders", "/returns"),
    signer=standard_signature,
    routes=warehouse_routes,
    perform=_reach,
    own_faults={},
    usual_faults={},
    patience=15.0,
)
