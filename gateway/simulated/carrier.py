"""Simulated carrier behind EasyPost's tracker API: moves parcels from hub to hub, for development and tests.

No parcel travels. HTTP basic with the key as user. A parcel that was handed over (`POST /parcels`) is scanned 6 to 12
times and delivered; each scan sends the whole tracker, with all details so far. Every parcel has a tracker, as labels
bought at EasyPost do; one made earlier by `POST /v2/trackers` is "unknown" until the parcel is handed over.

What a reader of `status` / `status_detail` should make of them. EasyPost keeps a failed attempt that will be repeated
"in_transit"; only its detail and message tell, and "failure" means that the carrier has given up:

  unknown           / any                  UNKNOWN
  pre_transit       / label_created        PRE_TRANSIT
  in_transit        / delivery_exception   ATTEMPTED_DELIVERY
  in_transit        / weather_delay, other IN_TRANSIT (a delay is told by the detail)
  out_for_delivery  / any                  OUT_FOR_DELIVERY
  delivered         / any                  DELIVERED
  available_for_pickup, return_to_sender, cancelled, failure and error come only from scans made by hand.
"""

import json
from dataclasses import asdict
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.simulated import trackers
from gateway.simulated.callbacks import easypost_signature
from gateway.simulated.clock import from_iso, rising
from gateway.simulated.controls import page
from gateway.simulated.journeys import Journey, Scan, plan_journey
from gateway.simulated.places import Place, known_place
from gateway.simulated.program import Kind, Program
from gateway.simulated.tracking_numbers import CARRIERS
from gateway.simulated.wire import Answer, Refused, check_key, document, refused, seconds, section, text

STATUSES = (
    "unknown", "pre_transit", "in_transit", "out_for_delivery", "delivered", "available_for_pickup",
    "return_to_sender", "failure", "cancelled", "error",
)  # fmt: skip


def _place(source: dict[str, Any]) -> Place:
    found = known_place(text(source, "city"), text(source, "countryCode", limit=2).upper())
    return Place(found.city, found.country, found.state, text(source, "zip", found.zip or "-", 40).strip("-") or None)


def _hand_over(
    program: Program, code: str, carrier: str, origin: Place, destination: Place, within: float | None
) -> Answer:
    """The parcel's whole journey is planned; handed over again, nothing changes. `within`: seconds that it may take."""
    tracker = trackers.open_tracker(program, code, carrier)
    if tracker["handed_over"] is not None:
        return Answer(200, {"trackingNumber": code, "tracker": tracker["id"]})
    turn, now = program.faults.turn(), program.clock.now()
    late, twice = bool(turn.strikes("late")), bool(turn.strikes("attempt"))
    name = CARRIERS[carrier].name if carrier in CARRIERS else carrier
    journey: Journey = plan_journey(origin, destination, name, program.chance.of("journey", code), late, twice)
    if within is not None:
        journey = journey.within(within)
    program.ledger.execute(
        "UPDATE trackers SET carrier = ?, handed_over = ?, origin = ?, destination = ?, estimate = ? WHERE code = ?",
        *(carrier, now, f"{origin.city} {origin.country}", f"{destination.city} {destination.country}"),
        *(program.clock.after(journey.expected), code),
    )
    moments = rising(program.clock.after(scan.after) for scan in journey.scans)
    delayed = program.clock.after(journey.delayed_to)
    steps = [
        (due, "scan", json.dumps([asdict(scan), delayed])) for due, scan in zip(moments, journey.scans, strict=True)
    ]
    program.schedule.plan(code, steps)
    return Answer(201, {"trackingNumber": code, "tracker": tracker["id"], "scans": len(steps)})


def _scan(program: Program, code: str, name: str, body: str, due: float) -> None:
    """A planned scan was made at its moment; a delay moves the date of delivery."""
    fields, delayed = json.loads(body)
    scan = Scan(**{**fields, "place": Place(**fields["place"])})
    if scan.detail == "weather_delay":
        program.ledger.execute("UPDATE trackers SET estimate = ? WHERE code = ?", delayed, code)
    trackers.record(program, code, scan, due)


def _scan_by_hand(program: Program, code: str, given: dict[str, Any]) -> Answer:
    """Any scan at any time. `stop` true: what was planned for this parcel will not happen any more."""
    status = text(given, "status")
    if status not in STATUSES:
        raise Refused(400, f"status is one of {', '.join(STATUSES)}", param="status")
    try:
        at = from_iso(text(given, "time")) if "time" in given else program.clock.now()
    except ValueError:
        raise Refused(400, "time is an ISO 8601 time with its zone", param="time") from None
    city, country = text(given, "city", "-").strip("-"), text(given, "countryCode", "-", 2).strip("-").upper()
    place = Place(city, country, None, text(given, "zip", "-", 40).strip("-") or None)
    message = text(given, "message", status.replace("_", " ").capitalize())
    scan = Scan(0.0, status, text(given, "status_detail", "status_update"), text(given, "code", "HAND"), message, place)
    with program.ledger.transaction():
        if trackers.tracker_of(program, code) is None:
            return refused(404, "there is no such parcel")
        if given.get("stop") is True:
            program.schedule.forget(code)
        trackers.record(program, code, scan, at)
        tracker = trackers.tracker_of(program, code)
        assert tracker is not None
        return Answer(201, trackers.shown(program, tracker))


def carrier_routes(program: Program) -> list[BaseRoute]:
    async def create(request: Request) -> Response:
        check_key(request, program.options.key)
        given = section(await document(request), "tracker")
        code, carrier = text(given, "tracking_code", limit=100), text(given, "carrier", "unknown", 100)
        with program.ledger.transaction():
            tracker = trackers.open_tracker(program, code, carrier)
        return Answer(201, trackers.shown(program, tracker)).response()

    async def show(request: Request) -> Response:
        check_key(request, program.options.key)
        tracker = trackers.tracker_of(program, request.path_params["id"])
        if tracker is None:
            return refused(404, "The requested tracker could not be found.", code="TRACKER.NOT_FOUND").response()
        return Answer(200, trackers.shown(program, tracker)).response()

    async def hand_over(request: Request) -> Response:
        """Told by the simulated warehouse, without a key: no customer of a carrier calls this."""
        given = await document(request)
        code, carrier = text(given, "trackingNumber", limit=100), text(given, "carrier", limit=100)
        origin, destination = _place(section(given, "origin")), _place(section(given, "destination"))
        within = seconds(given, "within") if "within" in given else None
        with program.ledger.transaction():
            answer = _hand_over(program, code, carrier, origin, destination, within)
        return answer.response()

    async def scan(request: Request) -> Response:
        return _scan_by_hand(program, request.path_params["code"], await document(request)).response()

    async def public(request: Request) -> Response:
        tracker = trackers.tracker_of(program, request.path_params["id"])
        if tracker is None:
            return page("Parcel not found", "<p>There is no such parcel.</p>", 404)
        rows = "".join(
            f"<tr><td>{escape(one['datetime'])}</td><td>{escape(one['message'])}</td>"
            f"<td>{escape(one['tracking_location']['city'] or '')}</td></tr>"
            for one in reversed(trackers.shown(program, tracker)["tracking_details"])
        )
        return page(f"Parcel {tracker['code']}", f"<table>{rows}</table>")

    return [
        Route("/v2/trackers", create, methods=["POST"]),
        Route("/v2/trackers/{id}", show),
        Route("/parcels", hand_over, methods=["POST"]),
        Route("/control/parcels/{code}/scans", scan, methods=["POST"]),
        Route("/track/{id}", public),
    ]


CARRIER = Kind(
    name="carrier",
    title="Simulated carrier",
    tables=trackers.TABLES,
    doors=("/v2/", "/parcels"),
    signer=easypost_signature,
    routes=carrier_routes,
    perform=_scan,
    own_faults={
        "late": "a parcel handed over is held up by weather on its way",
        "attempt": "the first attempt to deliver a parcel handed over meets nobody",
    },
    usual_faults={"late": 1 / 10, "attempt": 1 / 30},
    patience=30.0,
)
