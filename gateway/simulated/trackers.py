"""The simulated carrier's trackers and scans: their rows, and how EasyPost's API and webhooks show them."""

import sqlite3
from typing import Any

from gateway.simulated.clock import fresh_id, iso
from gateway.simulated.journeys import Scan
from gateway.simulated.program import Program
from gateway.simulated.tracking_numbers import CARRIERS

TABLES = """
CREATE TABLE IF NOT EXISTS trackers (
  id TEXT PRIMARY KEY, code TEXT NOT NULL UNIQUE, carrier TEXT NOT NULL, estimate REAL, handed_over REAL,
  origin TEXT, destination TEXT, created REAL NOT NULL, updated REAL NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS scans (
  id INTEGER PRIMARY KEY, code TEXT NOT NULL REFERENCES trackers (code), at REAL NOT NULL, status TEXT NOT NULL,
  detail TEXT NOT NULL, raw TEXT NOT NULL, message TEXT NOT NULL, city TEXT, state TEXT, country TEXT, zip TEXT) STRICT;
CREATE INDEX IF NOT EXISTS scans_code ON scans (code, at);
"""


def tracker_of(program: Program, name: str) -> sqlite3.Row | None:
    """By its id or by the parcel's tracking code."""
    return program.ledger.row("SELECT * FROM trackers WHERE id = ? OR code = ?", name, name)


def easypost_name(carrier: str) -> str:
    return CARRIERS[carrier].easypost if carrier in CARRIERS else carrier


def _location(city: str | None, state: str | None, country: str | None, zip_: str | None) -> dict[str, Any]:
    return {"object": "TrackingLocation", "city": city, "state": state, "country": country, "zip": zip_}


def shown(program: Program, tracker: sqlite3.Row) -> dict[str, Any]:
    """The tracker with every scan so far, oldest first. Its status is that of the scan with the latest time."""
    source = easypost_name(tracker["carrier"])
    scans = program.ledger.rows("SELECT * FROM scans WHERE code = ? ORDER BY at, id", tracker["code"])
    details = [
        {
            "object": "TrackingDetail", "message": scan["message"], "description": None, "status": scan["status"],
            "status_detail": scan["detail"], "datetime": iso(scan["at"]), "source": source, "carrier_code": scan["raw"],
            "tracking_location": _location(scan["city"], scan["state"], scan["country"], scan["zip"]),
        }
        for scan in scans
    ]  # fmt: skip
    attempts = [scan["at"] for scan in scans if scan["detail"] == "delivery_exception" or scan["status"] == "delivered"]
    return {
        "id": tracker["id"], "object": "Tracker", "mode": "test", "tracking_code": tracker["code"],
        "status": scans[-1]["status"] if scans else "unknown",
        "status_detail": scans[-1]["detail"] if scans else "unknown",
        "created_at": iso(tracker["created"]), "updated_at": iso(tracker["updated"]), "signed_by": None, "weight": None,
        "est_delivery_date": iso(tracker["estimate"]) if tracker["estimate"] else None, "shipment_id": None,
        "carrier": source, "tracking_details": details, "finalized": bool(scans) and scans[-1]["status"] == "delivered",
        "carrier_detail": {
            "object": "CarrierDetail", "service": None, "container_type": None, "est_delivery_date_local": None,
            "est_delivery_time_local": None, "origin_location": tracker["origin"],
            "origin_tracking_location": None, "destination_location": tracker["destination"],
            "destination_tracking_location": None, "guaranteed_delivery_date": None, "alternate_identifier": None,
            "initial_delivery_attempt": iso(attempts[0]) if attempts else None,
        },
        "is_return": False, "public_url": f"{program.options.address}/track/{tracker['id']}", "fees": [],
    }  # fmt: skip


def tell(program: Program, code: str, description: str, before: str) -> None:
    """The receiver is owed the whole tracker as it is now, in EasyPost's event."""
    tracker = tracker_of(program, code)
    assert tracker is not None
    now, event = iso(program.clock.now()), fresh_id("evt")
    body = {
        "id": event, "object": "Event", "description": description, "mode": "test", "created_at": now,
        "updated_at": now, "previous_attributes": {"status": before}, "pending_urls": [], "completed_urls": [],
        "status": "pending", "result": shown(program, tracker),
    }  # fmt: skip
    program.callbacks.owe(code, event, body)


def open_tracker(program: Program, code: str, carrier: str) -> sqlite3.Row:
    """The one tracker of this code, made if need be; a new one is announced."""
    tracker = tracker_of(program, code)
    if tracker is not None:
        return tracker
    now = program.clock.now()
    program.ledger.execute(
        "INSERT INTO trackers (id, code, carrier, created, updated) VALUES (?, ?, ?, ?, ?)",
        *(fresh_id("trk"), code, carrier, now, now),
    )
    tell(program, code, "tracker.created", "unknown")
    return program.ledger.rows("SELECT * FROM trackers WHERE code = ?", code)[0]


def record(program: Program, code: str, scan: Scan, at: float) -> None:
    """The scan stands in the ledger and the receiver is owed the news of it."""
    tracker = tracker_of(program, code)
    assert tracker is not None
    before, place = shown(program, tracker)["status"], scan.place
    program.ledger.execute(
        "INSERT INTO scans (code, at, status, detail, raw, message, city, state, country, zip) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(code, at, scan.status, scan.detail, scan.code, scan.message),
        *(place.city or None, place.state, place.country or None, place.zip),
    )
    program.ledger.execute("UPDATE trackers SET updated = ? WHERE code = ?", program.clock.now(), code)
    tell(program, code, "tracker.updated", before)
