"""The life of one invoice: ordered, sent, delivered, and some of it sent back, as often as it really was."""

from dataclasses import dataclass, field
from datetime import timedelta

from tests.flows.client import Json
from tests.flows.real import words
from tests.flows.real.agenda import Act, Agenda
from tests.flows.real.shops import service_of
from tests.flows.real.stage import Stage
from tests.flows.real.wholesale import Invoice, Note

HOUR = timedelta(hours=1)


@dataclass
class InvoiceLife:
    """An invoice on the stage, and what its buyer knows of it. Nobody wrote down its delivery: two hours later."""

    stage: Stage
    invoice: Invoice
    agenda: Agenda
    id: str = ""
    token: str = ""
    lines: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        at, name = self.invoice.at, self.invoice.id
        self.agenda.add(at, name, self.place)
        self.agenda.add(at + HOUR, name, self.send)
        self.agenda.add(at + 2 * HOUR, name, self.deliver)
        for number, note in enumerate(self.invoice.notes, 1):
            self.agenda.add(max(note.at, at + 3 * HOUR), name, self.send_back(number, note))

    async def place(self) -> None:
        name = self.invoice.id
        cart = {
            "idempotencyKey": name,
            "reference": name,
            "currency": "GBP",
            "email": f"buyer-{name}@example.com",
            "lines": [{"sku": sku, "quantity": quantity} for (sku, _), quantity in self.invoice.units.items()],
            "shippingAddress": {
                "name": "Buyer", "address1": "1 High Street", "city": "London", "zip": "SW1A 1AA", "countryCode": "GB",
            },
            "delivery": {"method": "SHIPPING", "service": service_of(0)},
            "payments": [{"method": "INVOICE"}],
        }  # fmt: skip
        placed = await self.stage.do(words.PLACE, cart)
        self.id, self.token = placed["order"]["id"], placed["trackingToken"]
        self.lines = {line["sku"]: line["id"] for line in placed["order"]["lines"]}

    async def send(self) -> None:
        now = self.stage.now
        known = {"carrier": "royalmail", "carrierName": "Royal Mail", "trackingNumber": self._number}
        told = words.warehouse("fulfillment.handed_over", f"{self._internal}/s1", now, now, **known)
        await self.stage.hear("warehouse", told)

    async def deliver(self) -> None:
        told = words.tracker(self._number, [(self.stage.now, "delivered", "Delivered")])
        await self.stage.hear("easypost", told)

    def send_back(self, number: int, note: Note) -> Act:
        """Asked for, received, looked at and found as new."""

        async def act() -> None:
            lines: list[Json] = [
                {"lineId": self.lines[sku], "quantity": quantity, "reason": "UNWANTED", "resolution": "REFUND"}
                for sku, quantity in note.units.items()
            ]
            asked = {"idempotencyKey": f"{self.invoice.id} {number}", "orderId": self.id, "lines": lines}
            await self.stage.do(words.RETURN, asked, self.token)
            await self.stage.until(self.stage.now + HOUR)
            rma = self.stage.seller.expected[f"{self._internal}:t{number}:expect"]
            found = [
                {"reference": line.id, "quantity": line.quantity, "condition": "NEW", "disposition": "RESTOCK"}
                for line in rma.lines
            ]
            now, reference = self.stage.now, f"{self._internal}/{rma.id}"
            await self.stage.hear("warehouse", words.warehouse("return.received", reference, now, now))
            await self.stage.hear("warehouse", words.warehouse("return.inspected", reference, now, now, lines=found))

        return act

    @property
    def _internal(self) -> str:
        return self.stage.bank.ids[self.invoice.id]

    @property
    def _number(self) -> str:
        return f"RM{self.invoice.id}GB"
