"""Starts several simulated programs at the price of one: imported once, then each in a process of its own.

    python -m gateway.simulated.together < world.json

where the file is a list of objects with the arguments of `run.serve`. Secrets given so appear in no list of processes.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from gateway.simulated.run import serve


def _be(call: Mapping[str, Any]) -> NoReturn:
    """This process is the program now, and ends with it."""
    code = 0
    try:
        serve(**{**call, "folder": Path(call["folder"]), "with_parent": True})
    except SystemExit as end:
        print(end.code, file=sys.stderr, flush=True)
        code = 1
    finally:
        os._exit(code)


def serve_together(calls: Sequence[Mapping[str, Any]]) -> None:
    """Serves until SIGTERM or SIGINT, until one of the programs has ended, or until whoever started this is gone.

    Raises: SystemExit when a program ended by itself; it has said why.
    """
    children: set[int] = set()
    stopping: list[int] = []
    for how in (signal.SIGTERM, signal.SIGINT):
        signal.signal(how, lambda number, frame: stopping.append(number))
    parent = os.getppid()
    for call in calls:
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            _be(call)
        children.add(child)
    ended = 0
    while not stopping and not ended and os.getppid() == parent:
        time.sleep(0.05)
        ended, _ = os.waitpid(-1, os.WNOHANG)
    children.discard(ended)
    for child in children:
        os.kill(child, signal.SIGTERM)
    for child in children:
        os.waitpid(child, 0)
    if ended:
        sys.exit(1)


if __name__ == "__main__":
    serve_together(json.load(sys.stdin))
