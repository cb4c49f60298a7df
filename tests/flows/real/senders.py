"""What sellers and carriers tell of the parcels of a marketplace order, in the order in which they told it."""

from dataclasses import dataclass
from datetime import datetime

from tests.flows.client import Json
from tests.flows.real import words
from tests.flows.real.agenda import Act
from tests.flows.real.marketplace import RealOrder
from tests.flows.real.stage import Stage


@dataclass
class Senders:
    """One parcel a seller, in the order of their names. Some say everything twice."""

    stage: Stage
    order: RealOrder
    times: int

    def step(self, kind: str, number: int, at: datetime) -> Act:
        """The seller tells since when they are so far with their parcel."""

        async def act() -> None:
            known: Json = {}
            if kind != "picking":
                known = {"carrier": "correios", "carrierName": "Correios", "trackingNumber": self._number(number)}
            told = words.warehouse(f"fulfillment.{kind}", self._reference(number), at, self.stage.now, **known)
            await self.stage.hear("warehouse", told, self.times)

        return act

    async def sold_out(self) -> None:
        """The first seller finds that it is not there."""
        now = self.stage.now
        told = words.warehouse("fulfillment.canceled", self._reference(1), now, now, reason="out_of_stock")
        await self.stage.hear("warehouse", told, self.times)

    def scan(self, number: int, at: datetime, status: str, message: str) -> Act:
        """The carrier has seen the parcel."""

        async def act() -> None:
            told = words.tracker(self._number(number), [(at, status, message)])
            await self.stage.hear("easypost", told, self.times)

        return act

    async def send_unpaid(self) -> None:
        """What is not paid for is not sent, by whomever."""
        stage, known = self.stage, self.stage.known[self.order.id]
        lines = (await stage.ask(words.SEEN, {"id": known}, stage.staff))["order"]["lines"]
        parcel = [{"lineId": line["id"], "quantity": line["quantity"]} for line in lines]
        asked = {"idempotencyKey": f"unpaid {self.order.id}", "orderId": known, "lines": parcel}
        await stage.refuse(words.SHIP, asked, "NOT_ALLOWED", stage.staff)

    async def came_back(self) -> None:
        """Nobody took the parcels in: their carrier has returned them."""
        for number, _ in enumerate(self.order.sellers, 1):
            await self.scan(number, self.stage.now, "return_to_sender", "Returned to sender")()

    async def seen_at_home(self) -> None:
        """No carrier ever said so: somebody of the marketplace writes down that the parcels are there."""
        stage, known = self.stage, self.stage.known[self.order.id]
        seen = (await stage.ask(words.SEEN, {"id": known}, stage.staff))["order"]["shipments"]
        for number, parcel in enumerate(seen, 1):
            said = {"status": "DELIVERED", "description": "Delivered", "occurredAt": stage.now.isoformat()}
            scan = {"idempotencyKey": f"there {self.order.id} {number}", "shipmentId": parcel["id"], **said}
            await stage.do(words.SCAN, scan, stage.staff)

    def _number(self, number: int) -> str:
        return f"OL{self.order.id[:14]}N{number}".upper()

    def _reference(self, number: int) -> str:
        return f"{self.stage.bank.ids[self.order.id]}/s{number}"
