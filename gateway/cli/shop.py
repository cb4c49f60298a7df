"""shop: its document shown, checked, changed."""

import json
import sys
from pathlib import Path

from cyclopts import App

from domain.services.shops import apply_shop
from gateway.cli.starting import run, say, settings_of
from gateway.lifecycle.documents import faults_of, shop_schema
from gateway.lifecycle.opening import opened
from gateway.lifecycle.reading import shop_document
from gateway.problems import CannotStart

shop = App(name="shop", help="Show, check or change the shop's document.")


@shop.command
def show(*, version: bool = False) -> None:
    """Print the document that holds now.

    Parameters
    ----------
    version
        print its number alone
    """
    number, document = run(shop_document(settings_of(whole=False)))
    if version:
        say(str(number))
    else:
        sys.stdout.write(document.decode())


@shop.command
def check(file: Path) -> None:
    """Say everything that is wrong with a document; exit code 1 if anything is."""
    faults = faults_of(_read(file))
    for fault in faults:
        say(fault)
    if faults:
        sys.exit(1)
    say(f"{file} is a shop's document")


@shop.command
def apply(file: Path, *, by: str = "command line") -> None:
    """Make a document the shop's newest version, after checking it.

    Parameters
    ----------
    file
        the document
    by
        who changes it, as will be recorded
    """
    document = _read(file)
    if faults := faults_of(document):
        raise CannotStart(f"{file} is not applied, {len(faults)} faults, the first: {faults[0]}")
    say(f"version {run(_apply(document, by))}")


@shop.command
def schema() -> None:
    """Print the JSON Schema of a shop's document."""
    say(json.dumps(shop_schema(), indent=2))


async def _apply(document: bytes, by: str) -> int:
    async with opened(settings_of(), shop=False) as ports:
        return await apply_shop(document, by, ports)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CannotStart(f"{file}: {error.strerror}") from None
