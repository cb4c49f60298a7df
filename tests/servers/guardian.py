"""Ends what a test run leaves behind: run as a program, it waits for the run to end, however it ends.

    python guardian.py FOLDER

Its standard input is a pipe that the run holds: end of file means that the run is over, by its own will or by kill -9.
Every server of a run works inside the run's folder, so the folder names them all; no list of them can be out of date.
Databases on a server that was found, not started, are known by their names, which begin with the folder's.
"""

import asyncio
import contextlib
import shutil
import signal
import sys
from pathlib import Path

import asyncpg
import psutil

PATIENCE = 10.0  # seconds a server has for an orderly end
FOUND = "found-postgres"


def running_in(folder: Path) -> list[psutil.Process]:
    """Every process whose working directory lies inside the folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(folder):
                found.append(process)
        except (psutil.Error, OSError):
            continue  # gone meanwhile, or somebody else's
    return found


def database_prefix(folder: Path) -> str:
    """What the names of a run's databases begin with."""
    return folder.name.replace("-", "_") + "_"


def remember_found_postgres(folder: Path, url: str) -> None:
    note = folder / FOUND
    note.touch(mode=0o600)  # the address may hold a password
    note.write_text(url)


async def drop_databases(url: str, prefix: str) -> None:
    connection = await asyncpg.connect(url, timeout=PATIENCE)
    try:
        left = await connection.fetch("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", prefix)
        for row in left:
            await connection.execute(f'DROP DATABASE IF EXISTS "{row["datname"]}" WITH (FORCE)')
    finally:
        await connection.close()


def clear(folder: Path) -> None:
    """No process works inside the folder any more, and the folder is gone; so are the run's databases elsewhere."""
    folder = folder.resolve()
    note = folder / FOUND
    if note.exists():
        with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError):  # the server may be gone itself
            asyncio.run(drop_databases(note.read_text(), database_prefix(folder)))
    left = running_in(folder)
    ours = {process.pid for process in left}
    for process in left:
        try:
            if process.ppid() not in ours:  # a server's children follow it; Postgres wants to end them itself
                process.send_signal(signal.SIGINT)
        except psutil.Error:
            continue
    _, stubborn = psutil.wait_procs(left, timeout=PATIENCE)
    for process in stubborn:
        try:
            process.kill()
        except psutil.Error:
            continue
    psutil.wait_procs(stubborn, timeout=PATIENCE)
    shutil.rmtree(folder, ignore_errors=True)


def watch(folder: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the run
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    sys.stdin.buffer.read()
    clear(folder)


if __name__ == "__main__":
    watch(Path(sys.argv[1]))
