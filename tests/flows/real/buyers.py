"""What the buyer of a marketplace order does: orders, pays, calls off, and asks for what is not to be had."""

from dataclasses import dataclass, field
from time import perf_counter

from tests.flows.client import Json
from tests.flows.real import words
from tests.flows.real.marketplace import RealOrder
from tests.flows.real.shops import service_of
from tests.flows.real.stage import Stage


@dataclass
class Buyer:
    """`seconds` is how long it took from placeOrder until nothing was left to do at once."""

    stage: Stage
    order: RealOrder
    places: dict[str, str]
    times: int
    id: str = ""
    token: str = ""
    lines: list[Json] = field(default_factory=list)
    seconds: float = 0.0

    async def place(self) -> None:
        """What is sold is put on its seller's shelf, and bought."""
        order, stage = self.order, self.stage
        for item in order.items:
            key = f"{order.id} {item.sku} {item.seller}"
            shelf = {"sku": item.sku, "locationId": self.places[item.seller], "delta": item.quantity}
            await stage.do(words.STOCK, {"idempotencyKey": key, **shelf, "reason": "listed"}, stage.staff)
        await stage.world.settle()
        began = perf_counter()
        placed = await stage.do(words.PLACE, self._cart())
        await stage.world.settle()
        self.seconds = perf_counter() - began
        self.id, self.token, self.lines = placed["order"]["id"], placed["trackingToken"], placed["order"]["lines"]
        stage.known[order.id] = self.id

    def _cart(self) -> Json:
        order = self.order
        units: dict[str, int] = {}
        for item in order.items:
            units[item.sku] = units.get(item.sku, 0) + item.quantity
        return {
            "idempotencyKey": order.id,
            "reference": order.id,
            "currency": "BRL",
            "email": f"{order.id[:10]}@example.com",
            "lines": [{"sku": sku, "quantity": quantity} for sku, quantity in units.items()],
            "shippingAddress": {
                "name": "Cliente", "address1": "Rua 1", "city": order.city, "provinceCode": order.state,
                "zip": order.zip, "countryCode": "BR",
            },
            "delivery": {"method": "SHIPPING", "service": service_of(order.freight)},
            "payments": self._payments(),
            "expectedTotal": words.decimal(order.total),
        }  # fmt: skip

    def _payments(self) -> list[Json]:
        """The last one pays what the others leave."""
        last = len(self.order.paid) - 1
        found: list[Json] = []
        for number, (method, amount) in enumerate(self.order.paid):
            token = {"token": "pm_card_visa"} if method == "CARD" else {}
            part = {"amount": words.decimal(amount)} if number < last else {}
            found.append({"method": method, **token, **part})
        return found

    async def pay(self) -> None:
        """The bank tells that its buyer has paid, or has said yes."""
        bank = self.stage.bank
        for reference, payment in bank.open_of(self.order.id):
            status, internal = bank.settle(reference, payment), bank.ids[self.order.id]
            told = words.intent(reference, payment, internal, status, self.stage.now)
            await self.stage.hear("stripe", told, self.times)

    async def cancel(self) -> None:
        await self.stage.do(words.CANCEL, self._wish("cancel"), self.token)

    async def cancel_too_late(self) -> None:
        await self.stage.refuse(words.CANCEL, self._wish("late"), "ALREADY_SHIPPED", self.token)

    async def cancel_again(self) -> None:
        await self.stage.refuse(words.CANCEL, self._wish("again"), "ALREADY_CANCELED", self.token)

    async def return_too_early(self) -> None:
        await self.stage.refuse(words.RETURN, self._back("early"), "NOT_DELIVERED", self.token)

    async def return_too_late(self) -> None:
        await self.stage.refuse(words.RETURN, self._back("late"), "WINDOW_CLOSED", self.token)

    def _wish(self, name: str) -> Json:
        return {"idempotencyKey": f"{name} {self.order.id}", "orderId": self.id, "reason": "CHANGED_MIND"}

    def _back(self, name: str) -> Json:
        line = {"lineId": self.lines[0]["id"], "quantity": 1, "reason": "UNWANTED", "resolution": "REFUND"}
        return {"idempotencyKey": f"{name} {self.order.id}", "orderId": self.id, "lines": [line]}
