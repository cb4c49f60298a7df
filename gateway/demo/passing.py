"""Time, as it passes while the demo is built: forward only, and nothing that falls due is left out."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.model.effects import Effect
from domain.ports import Payments, Ports, Warehouse
from domain.services.crews import run_due
from domain.services.effects import carry_out
from gateway.demo.past import PastCarriers

SetClock = Callable[[datetime], None]
SHORTEST = timedelta(milliseconds=350)


class Passing:
    """The caller's ports on days gone by. What they owe is carried out one after another, never beside each other:
    so the same stories give the same orders.
    """

    def __init__(
        self, ports: Ports, set_clock: SetClock, payments: Mapping[str, Payments], warehouse: Warehouse
    ) -> None:
        self._set_clock = set_clock
        self._owed: list[Sequence[Effect]] = []
        self.ports = replace(
            ports,
            payments=payments,
            warehouse=warehouse,
            carriers=PastCarriers(),
            begin=self._begin,
            limits=replace(ports.limits, settle_for=0.0),  # nobody waits for an answer that `settle` will bring
        )

    def _begin(self, effects: Sequence[Effect]) -> None:
        self._owed.append(effects)

    async def settle(self) -> None:
        """Everything that was owed at once has been carried out; a partner takes a moment for each order's."""
        while self._owed:
            effects = list(self._owed.pop(0))
            if effects[0].order_id is not None:
                spread = timedelta(milliseconds=zlib.crc32(effects[0].key.encode()) % 1200)
                self._set_clock(self.ports.clock.now() + SHORTEST + spread)
            while effects[0].order_id is None and self._owed and self._owed[0][0].order_id is None:
                effects += self._owed.pop(0)  # errands that came together are done together, in one commit
            await carry_out(effects, self.ports)

    async def until(self, moment: datetime) -> None:
        """It is `moment`; timers and second tries that fell due before it were carried out when they did."""
        while True:
            due = await self.ports.store.read(lambda reader: reader.next_due())
            if due is None or due > moment:
                break
            self._set_clock(max(due, self.ports.clock.now()))
            if not await run_due(self.ports):
                break
            await self.settle()
        self._set_clock(max(moment, self.ports.clock.now()))
