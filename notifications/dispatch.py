"""Who carries out what telling people owes. A provider that hangs holds up its own messages, and nobody's payment."""

import logging
from collections.abc import Mapping

from domain.model.effects import Effect
from domain.model.orders import NotificationChannel
from domain.ports import Errand, Ports
from domain.services.changing import ANNOUNCE
from domain.services.retrying import describe, pause
from notifications.announcing import announce
from notifications.lines import Lines, later
from notifications.messages import Channel
from notifications.sending import SEND, SETTLE, give_up, send, settle

log = logging.getLogger(__name__)


class Dispatcher:
    """`errands` is what the core is given. Sends go on beside whoever carries them out; `drain` waits for them."""

    def __init__(self, channels: Mapping[NotificationChannel, Channel]) -> None:
        self._channels = channels
        self._lines = Lines(channels)

    @property
    def errands(self) -> dict[str, Errand]:
        return {ANNOUNCE: self._announce, SEND: self._send, SETTLE: settle}

    async def _announce(self, effect: Effect, ports: Ports) -> None:
        await announce(effect, self._channels.keys(), ports)

    async def _send(self, effect: Effect, ports: Ports) -> None:
        """It is begun, or comes back when there may be a hand free."""
        name = NotificationChannel(effect.payload["channel"])
        channel = self._channels.get(name)
        if channel is None:
            await send(effect, None, ports)
            return
        if self._lines.has_room(name):
            self._lines.join(name, lambda: self._hand_over(effect, channel, ports))
        else:
            again = later(effect, ports)
            await ports.store.write(lambda uow: uow.postpone_effect(effect, again, None))

    async def _hand_over(self, effect: Effect, channel: Channel, ports: Ports) -> None:
        try:
            await send(effect, channel, ports)
        except Exception as failure:
            log.exception("a message could not be handed over")
            await _try_later(effect, describe(failure), ports)

    @property
    def busy(self) -> bool:
        return self._lines.busy

    async def drain(self, seconds: float) -> None:
        """Until nothing is under way, or so many seconds; what is cut off then is settled as unknown later."""
        await self._lines.drain(seconds)

    async def close(self, seconds: float) -> None:
        """As `drain`; then what is still under way is cut off."""
        await self._lines.close(seconds)


async def _try_later(effect: Effect, reason: str, ports: Ports) -> None:
    try:
        if effect.attempt < effect.retry.attempts:
            again = ports.clock.now() + pause(effect, ports)
            await ports.store.write(lambda uow: uow.postpone_effect(effect, again, reason))
        else:
            await give_up(effect, reason, ports)
    except Exception:
        log.exception("a message was left to its lease")
