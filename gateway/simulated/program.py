"""What every simulated program is made of: its options, its kind, and the running whole."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from starlette.routing import BaseRoute

from gateway.simulated.callbacks import Callbacks, Signer
from gateway.simulated.clock import Chance, Clock, fresh_seed
from gateway.simulated.faults import CALLBACK, TRANSPORT, Faults
from gateway.simulated.ledger import Ledger
from gateway.simulated.schedule import Schedule


class CannotStart(Exception):
    """One line that says what to change."""


@dataclass(frozen=True)
class Options:
    """`callback_url` is the whole address that receives callbacks; without one they wait in the ledger."""

    folder: Path
    callback_url: str = ""
    secret: str = ""
    key: str = ""
    faults: Mapping[str, float] = field(default_factory=dict)
    speed: float = 1.0
    seed: str | None = None
    address: str = "http://127.0.0.1"
    carrier_url: str = ""


@dataclass(frozen=True)
class Kind:
    """One of the three programs. `doors` are the path prefixes at which the network's faults strike."""

    name: str
    title: str
    tables: str
    doors: tuple[str, ...]
    signer: Signer
    routes: Callable[["Program"], list[BaseRoute]]
    perform: Callable[["Program", str, str, str, float], None]
    own_faults: Mapping[str, str]
    usual_faults: Mapping[str, float]
    patience: float


class Program:
    """A running simulated program; its clock, chance and plans continue where its ledger left off."""

    def __init__(self, kind: Kind, options: Options) -> None:
        self.kind = kind
        self.options = options
        options.folder.mkdir(parents=True, exist_ok=True)
        self.ledger = Ledger(options.folder / f"{kind.name}.sqlite", kind.tables)
        self.chance = Chance(self.ledger.setting("seed", options.seed or fresh_seed()))
        self.clock = Clock(float(self.ledger.setting("offset", "0.0")), options.speed)
        starts = int(self.ledger.setting("starts", "0")) + 1
        self.ledger.set("starts", str(starts))
        names = {**TRANSPORT, **CALLBACK, **kind.own_faults}
        self.faults = Faults(names, {**kind.usual_faults, **options.faults}, self.chance.of("faults", str(starts)))
        targets = {"callback": options.callback_url}
        if options.carrier_url:
            targets["carrier"] = options.carrier_url.rstrip("/") + "/parcels"
        self.callbacks = Callbacks(
            self.ledger, self.clock, self.faults, targets, kind.signer, options.secret, kind.patience
        )
        self.schedule = Schedule(
            self.ledger, self.clock, lambda object_, name, body, due: kind.perform(self, object_, name, body, due)
        )
        self.closing = asyncio.Event()

    def advance(self, seconds: float) -> None:
        """The program's clock stands `seconds` further, also after a restart, and all that is due by then is done."""
        self.clock.offset += seconds
        self.ledger.set("offset", str(self.clock.offset))
        self.schedule.catch_up()
        self.callbacks.wake()
