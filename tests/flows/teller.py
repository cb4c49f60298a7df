"""A process that tells people, over a database file, through the real SDKs, until it is killed.

    python -m tests.flows.teller sqlite:///FILE http://127.0.0.1:PORT START SPEED

START is the second at which its clock began to run SPEED times as fast; time-outs are short, so that many are met.
"""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import time

from domain.adapters.ids import RandomIds
from domain.model.orders import NotificationChannel
from domain.services.crews import EffectWorker
from notifications.channels import sendgrid_mail, threads, twilio_sms
from notifications.channels.sendgrid_mail import SendGridMail
from notifications.channels.twilio_sms import TwilioSms
from notifications.dispatch import Dispatcher
from tests.world import a_world


class FastClock:
    def __init__(self, start: float, speed: float) -> None:
        self._start = start
        self._speed = speed

    def now(self) -> datetime:
        passed = (time() - self._start) * self._speed
        return datetime.fromtimestamp(self._start, UTC) + timedelta(seconds=passed)

    def monotonic(self) -> float:
        return (time() - self._start) * self._speed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)


async def tell(url: str, address: str, start: float, speed: float) -> None:
    clock = FastClock(start, speed)
    for module in (threads, twilio_sms, sendgrid_mail):
        vars(module)["DEADLINE"] = 0.5
    dispatcher = Dispatcher(
        {
            NotificationChannel.EMAIL: SendGridMail(address, "SG.key", "orders@shop.example"),
            NotificationChannel.SMS: TwilioSms(address, "AC" + "0" * 32, "token", "+4915700000000"),
        }
    )
    async with a_world(url) as world:
        limits = replace(world.ports.limits, poll=0.1)
        world.change(
            clock=clock, ids=RandomIds(), errands=dispatcher.errands, limits=limits, worker_id=f"teller-{time()}"
        )
        print("telling", flush=True)
        await EffectWorker(world.ports).run()


if __name__ == "__main__":
    where, provider, began, how_fast = sys.argv[1:5]
    asyncio.run(tell(where, provider, float(began), float(how_fast)))
