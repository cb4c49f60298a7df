"""Calls on the simulated programs as a client of the real ones makes them."""

import secrets
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.simulated_world import SimulatedProgram


def new_key() -> str:
    return f"order:{secrets.token_hex(4)}"


@dataclass
class Payments:
    program: SimulatedProgram
    client: httpx2.Client

    def post(self, path: str, key: str | None = None, **fields: object) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.program.key}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        data = {name: str(value) for name, value in fields.items()}
        return self.client.post(path, data=data, headers=headers)

    def create(
        self, key: str | None = None, card: str = "pm_card_visa", amount: object = 4999, **more: object
    ) -> httpx2.Response:
        order = more.pop("order", secrets.token_hex(4))
        fields = {"amount": amount, "currency": "eur", "payment_method": card, "confirm": "true"}
        fields |= {"capture_method": "manual", "metadata[order]": order, "metadata[payment]": "p1", **more}
        return self.post("/v1/payment_intents", key or new_key(), **fields)

    def authorized(self, amount: int = 4999) -> str:
        answer = self.create(amount=amount)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def captured(self, amount: int = 4999) -> str:
        id_ = self.authorized(amount)
        assert self.post(f"/v1/payment_intents/{id_}/capture", new_key()).status_code == 200
        return id_

    def intent(self, id_: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.program.key}"}
        found: dict[str, Any] = self.client.get(f"/v1/payment_intents/{id_}", headers=headers).json()
        return found
