"""Orders that really were: a marketplace's, and a wholesaler's with what came back, through the public API.

    python -m tests.flows.real_orders [--orders 2000] [--invoices 500] [--failing 0.1]

The clock follows the data; partners fail as often as said, each call once. Prints the figures, and everything in which
the end does not agree with the data; exits 1 if there is any of that.
"""

import argparse
import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway.logs import configure
from tests.flows.real.figures import Figures, shown
from tests.flows.real.marketplace import chosen, read_orders
from tests.flows.real.runs import run_marketplace, run_wholesale
from tests.flows.real.wholesale import read_invoices, some_invoices


async def real_orders(folder: Path, orders: int, invoices: int, failing: float) -> list[Figures]:
    """One run after the other; either is left out where none of it is wanted."""
    found = []
    if orders:
        found.append(await run_marketplace(chosen(read_orders(), orders), folder, failing))
    if invoices:
        found.append(await run_wholesale(some_invoices(read_invoices(), invoices), folder, failing))
    return found


def main() -> int:
    words = argparse.ArgumentParser(prog="python -m tests.flows.real_orders")
    words.add_argument("--orders", type=int, default=2000)
    words.add_argument("--invoices", type=int, default=500)
    words.add_argument("--failing", type=float, default=0.1)
    given = words.parse_args()
    configure("error")
    with TemporaryDirectory() as folder:
        found = asyncio.run(real_orders(Path(folder), given.orders, given.invoices, given.failing))
    for figures in found:
        print(figures, *shown(figures.complaints), f"  {len(figures.complaints)} complaints", sep="\n", flush=True)
    return 1 if any(figures.complaints for figures in found) else 0


if __name__ == "__main__":
    sys.exit(main())
