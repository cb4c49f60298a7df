"""Changing how the shop sells: a new version of its document, never an edit of the old one."""

from domain.ports import Ports


async def apply_shop(document: bytes, by: str, ports: Ports) -> int:
    """The checked document is the shop's newest version, recorded with who made it; returns its number."""
    now = ports.clock.now()
    return await ports.store.write(lambda uow: uow.add_shop_version(document, by, now))
