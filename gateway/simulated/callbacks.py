"""Signed callbacks to whoever was named at start: kept in the ledger, in order per object, repeated until received."""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import sqlite3
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

import httpx2

from gateway.simulated.clock import Clock
from gateway.simulated.faults import Faults
from gateway.simulated.ledger import Ledger

# (secret, event id, seconds since the epoch, raw body) -> headers
Signer = Callable[[str, str, int, bytes], dict[str, str]]
LAST_ATTEMPT = 64  # 1 + 2 + 4 + .. + 32 s, then every minute: about an hour
LANES = 8
log = logging.getLogger(__name__)


def stripe_signature(secret: str, event: str, now: int, body: bytes) -> dict[str, str]:
    digest = hmac.new(secret.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={now},v1={digest}"}


def standard_signature(secret: str, event: str, now: int, body: bytes) -> dict[str, str]:
    """Standard Webhooks: the secret is base64, with or without its prefix `whsec_`."""
    key = base64.b64decode(secret.removeprefix("whsec_") + "==")
    digest = hmac.new(key, f"{event}.{now}.".encode() + body, hashlib.sha256).digest()
    signature = "v1," + base64.b64encode(digest).decode()
    return {"webhook-id": event, "webhook-timestamp": str(now), "webhook-signature": signature}


def easypost_signature(secret: str, event: str, now: int, body: bytes) -> dict[str, str]:
    key = unicodedata.normalize("NFKD", secret).encode()
    return {"X-Hmac-Signature": "hmac-sha256-hex=" + hmac.new(key, body, hashlib.sha256).hexdigest()}


class Callbacks:
    """`owe` inside the transaction that causes it; `run` delivers. A crash between the two loses nothing.

    At least once: killed between the receiver's answer and the note of it, a callback is sent again with the same
    event id and body. `patience` is how long, at speed 1, a reordered one waits to be overtaken.
    """

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        faults: Faults,
        targets: Mapping[str, str],
        signer: Signer,
        secret: str,
        patience: float,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._faults = faults
        self._targets = {name: url for name, url in targets.items() if url}
        self._signer = signer
        self._secret = secret
        self._patience = patience
        self._woken = asyncio.Event()
        self._busy: set[str] = set()

    def owe(self, object_: str, event: str, body: Mapping[str, Any]) -> None:
        """The receiver will be told; what it will be told is fixed now."""
        turn = self._faults.turn()
        fault = turn.strikes("duplicate", "reorder")
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        due = self._clock.after(self._patience) if fault == "reorder" else self._clock.now()
        self._insert(object_, event, "callback", text, due, fault == "reorder")
        if fault == "duplicate":
            self._insert(object_, event, "callback", text, due, False)

    def tell_carrier(self, object_: str, body: Mapping[str, Any]) -> None:
        """The carrier named at start will be handed this parcel; without one, nobody is told."""
        if "carrier" in self._targets:
            self._insert(object_, object_, "carrier", json.dumps(body), self._clock.now(), False)

    def _insert(self, object_: str, event: str, target: str, text: str, due: float, overtakable: bool) -> None:
        self._ledger.execute(
            "INSERT INTO callbacks (object, event, target, body, due, overtakable) VALUES (?, ?, ?, ?, ?, ?)",
            *(object_, event, target, text, due, int(overtakable)),
        )
        self._woken.set()

    def wake(self) -> None:
        self._woken.set()

    def _due(self) -> list[sqlite3.Row]:
        """The first open callback of each object, where its moment has come; those set aside hold back nobody."""
        names = ", ".join("?" for _ in self._targets)
        return self._ledger.rows(
            "SELECT * FROM callbacks c WHERE ended_at IS NULL AND due <= ? "
            f"AND target IN ({names}) AND NOT EXISTS (SELECT 1 FROM callbacks p WHERE p.object = c.object "
            "AND p.id < c.id AND p.ended_at IS NULL AND p.overtakable = 0) ORDER BY id LIMIT 200",
            *(self._clock.now(), *self._targets),
        )

    def _pause(self) -> float:
        due = self._ledger.rows("SELECT min(due) FROM callbacks WHERE ended_at IS NULL AND due > ?", self._clock.now())
        return 1.0 if due[0][0] is None else min(1.0, max(0.005, float(due[0][0]) - self._clock.now()))

    async def run(self) -> None:
        """Delivers each callback when it is due, a few objects at a time, until cancelled."""
        certified = any(url.startswith("https:") for url in self._targets.values())  # else loading them is 0.3 s lost
        limits = httpx2.Limits(max_connections=LANES, max_keepalive_connections=LANES)
        async with (
            httpx2.AsyncClient(timeout=10, limits=limits, trust_env=False, verify=certified) as client,
            asyncio.TaskGroup() as lanes,
        ):
            while True:
                for row in self._due():
                    if len(self._busy) < LANES and row["object"] not in self._busy:
                        self._busy.add(row["object"])
                        lanes.create_task(self._deliver(client, row))
                self._woken.clear()
                try:
                    await asyncio.wait_for(self._woken.wait(), self._pause())
                except TimeoutError:
                    continue

    async def _deliver(self, client: httpx2.AsyncClient, row: sqlite3.Row) -> None:
        try:
            self._note(row, await self._send(client, row))
        except Exception:  # one receiver's trouble must not end the deliveries to others
            log.exception("a callback could not be sent")
            self._note(row, "fault")
        finally:
            self._busy.discard(row["object"])
            self._woken.set()

    async def _send(self, client: httpx2.AsyncClient, row: sqlite3.Row) -> str:
        body = row["body"].encode()
        headers = {"Content-Type": "application/json", "User-Agent": "simulated-callbacks"}
        if row["target"] == "callback":
            headers |= self._signer(self._secret, row["event"], self._clock.machine(), body)
        try:
            answer = await client.post(self._targets[row["target"]], content=body, headers=headers)
        except httpx2.HTTPError as error:
            return type(error).__name__
        return "received" if answer.is_success else str(answer.status_code)

    def _note(self, row: sqlite3.Row, outcome: str) -> None:
        """Received or given up: ended. Otherwise due again, each time later; what this one overtook is due at once."""
        now, attempts = self._clock.now(), row["attempts"] + 1
        ended = now if outcome == "received" or attempts >= LAST_ATTEMPT else None
        due = now + min(60.0, 2.0 ** min(attempts - 1, 6))
        with self._ledger.transaction():
            self._ledger.execute(
                "UPDATE callbacks SET attempts = ?, ended_at = ?, due = ?, outcome = ? WHERE id = ?",
                *(attempts, ended, due, outcome, row["id"]),
            )
            if outcome == "received":
                self._ledger.execute(
                    "UPDATE callbacks SET due = ? WHERE object = ? AND id < ? AND ended_at IS NULL AND overtakable = 1",
                    *(now, row["object"], row["id"]),
                )
