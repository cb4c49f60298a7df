"""One program of each kind a module, as started before every test; a receiver a module."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.gateway.simulated.calls import Payments
from tests.gateway.simulated.receiver import Receiver, receiving
from tests.simulated_world import SimulatedProgram, simulated_program


@pytest.fixture(scope="module")
def module_receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def receiver(module_receiver: Receiver) -> Receiver:
    module_receiver.settle(0.1)
    module_receiver.got.clear()
    return module_receiver


@pytest.fixture(scope="module")
def payments_program(tmp_path_factory: pytest.TempPathFactory, module_receiver: Receiver) -> Iterator[SimulatedProgram]:
    folder = tmp_path_factory.mktemp("payments")
    with simulated_program("payments", folder, callback_url=module_receiver.url, speed=10) as program:
        yield program


@pytest.fixture
def payments(payments_program: SimulatedProgram, module_receiver: Receiver) -> Iterator[Payments]:
    payments_program.calm()
    payments_program.advance(60)
    while any(row["ended_at"] is None for row in payments_program.audit.callbacks()):
        module_receiver.settle(0.02)
    module_receiver.got.clear()
    with httpx2.Client(base_url=payments_program.address, timeout=10, trust_env=False, verify=False) as client:
        yield Payments(payments_program, client)
