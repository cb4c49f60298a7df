"""The life of one marketplace order: who does what when, by the moments that were recorded.

Not recorded, so made up: when an order was called off (a day after it was paid for), when a seller found that a thing
was gone (at their own limit for handing it over), when a parcel was labeled (halfway) and came back (three days on).
"""

import zlib
from datetime import datetime, timedelta

from tests.flows.real.agenda import Act, Agenda
from tests.flows.real.buyers import Buyer
from tests.flows.real.marketplace import RealOrder
from tests.flows.real.senders import Senders
from tests.flows.real.stage import Stage

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AT_LEAST = timedelta(minutes=1)
"""What a buyer needs to pay by themselves."""
SOON = HOUR
"""A card that was approved within this was approved when it was given."""
NEVER_APPROVED = ("created", "canceled")
"""Where nobody wrote an approval down there was none; elsewhere the time of it is missing."""


class Life:
    """An order on the stage. Every twentieth has partners who say things twice."""

    def __init__(self, stage: Stage, order: RealOrder, places: dict[str, str], agenda: Agenda) -> None:
        times = 2 if self._is_one_in(20, order) else 1
        self.order = order
        self.buyer = Buyer(stage, order, places, times)
        self._senders = Senders(stage, order, times)
        self._agenda = agenda
        if not self.paid_at_once:
            stage.bank.waits.add(order.id)

    @property
    def pays(self) -> bool:
        """The buyer did their part, sooner or later."""
        return self.order.approved is not None or self.order.status not in NEVER_APPROVED

    @property
    def paid_at_once(self) -> bool:
        order = self.order
        if order.approved is None:
            return self.pays
        slow = any(method == "BANK_TRANSFER" for method, _ in order.paid)
        return not slow and order.approved - order.bought <= SOON

    def begin(self) -> None:
        """All that will happen is on the agenda."""
        order = self.order
        self._at(order.bought, self.buyer.place)
        if order.approved and not self.paid_at_once:
            self._at(max(order.approved, order.bought + AT_LEAST), self.buyer.pay)
        for number, _ in enumerate(order.sellers, 1):
            self._send(number)
        match order.status:
            case "canceled" if order.carried:
                self._cancel_too_late(max(order.delivered or order.carried, self._paid))
            case "canceled":
                self._at(self._paid + DAY, self.buyer.cancel)
            case "created":
                self._at(order.bought + 5 * DAY, self._senders.send_unpaid)
            case "unavailable":
                found_out = max(order.hand_over_by or order.bought + 3 * DAY, self._paid + HOUR)
                self._at(found_out, self._senders.sold_out)
                self._now_and_then(found_out + DAY, self.buyer.cancel_again, each=5)
            case "shipped" if order.carried:
                self._now_and_then(max(order.carried, self._paid) + 2 * DAY, self.buyer.return_too_early, each=10)
            case "delivered":
                if order.delivered is None:
                    self._at(self._arrived, self._senders.seen_at_home)
                self._now_and_then(self._arrived + 20 * DAY, self.buyer.return_too_late, each=10)

    def _send(self, number: int) -> None:
        """The seller's part, as far as they came; what was sent before it was paid for was sent without a word."""
        order, tell = self.order, self._senders
        if order.status == "processing":
            self._at(self._paid + HOUR, tell.step("picking", number, self._paid + HOUR))
        if order.carried is None and order.status != "delivered":
            return
        leaves = order.carried or self._paid + 2 * HOUR
        if leaves > self._paid:
            ready = self._paid + (leaves - self._paid) / 2
            self._at(ready, tell.step("labeled", number, ready))
        if order.carried:
            self._at(order.carried, tell.step("handed_over", number, order.carried))
            seen = order.carried + HOUR
            self._at(seen, tell.scan(number, seen, "in_transit", "On its way"))
        if order.delivered:
            self._at(order.delivered, tell.scan(number, order.delivered, "delivered", "Delivered"))

    def _cancel_too_late(self, out: datetime) -> None:
        """The parcel is out: it comes back to its sender first."""
        self._at(out + HOUR, self.buyer.cancel_too_late)
        self._at(out + 3 * DAY, self._senders.came_back)
        self._at(out + 4 * DAY, self.buyer.cancel_again)

    @property
    def _paid(self) -> datetime:
        return self.order.approved or self.order.bought

    @property
    def _arrived(self) -> datetime:
        order = self.order
        there = order.delivered or max(order.promised, (order.carried or order.bought) + DAY)
        return max(there, order.carried or there, self._paid)

    def _at(self, at: datetime, act: Act) -> None:
        self._agenda.add(max(at, self.order.bought), self.order.id, act)

    def _now_and_then(self, at: datetime, act: Act, each: int) -> None:
        if self._is_one_in(each, self.order):
            self._at(at, act)

    @staticmethod
    def _is_one_in(each: int, order: RealOrder) -> bool:
        return zlib.crc32(order.id.encode()) % each == 0
