"""Counting units in and out by hand."""

from domain.actions.stock import WAKE_BACKORDERS
from domain.model.actors import Actor
from domain.model.commands import AdjustStock
from domain.model.effects import Effect
from domain.model.errors import ErrorCode, NotFound, Refusal, Refused
from domain.model.stock import StockLevel
from domain.policies.access import require_role
from domain.policies.eligibility import WORD_LIMIT, is_usable
from domain.ports import Ports
from domain.services.changing import Writing, write
from domain.services.once import done_before, remember
from domain.services.seeing import tidy_text

ADJUST_STOCK = "adjustStock"
MOST = 1_000_000


async def adjust_stock(command: AdjustStock, actor: Actor, ports: Ports) -> StockLevel:
    """The shelf holds so many more, or fewer, and whoever waits for the SKU is woken when there are more.

    Raises: AccessDenied; NotFound; Refused (INVALID, CONFLICT when fewer would be left than are reserved).
    """
    require_role(actor, ADJUST_STOCK)
    reason = tidy_text(command.reason, "reason", 200)
    if reason is None:
        raise Refused(Refusal(ErrorCode.INVALID, "Say why.", ("reason",)))
    if command.delta == 0 or abs(command.delta) > MOST:
        raise Refused(Refusal(ErrorCode.INVALID, f"Between 1 and {MOST} units, up or down.", ("delta",)))
    if ports.shops.current().location(command.location_id) is None:
        raise NotFound("locationId")
    if not is_usable(command.sku, WORD_LIMIT):
        raise NotFound("sku")

    async def work(writing: Writing) -> StockLevel:
        uow, now = writing.uow, ports.clock.now()
        if await uow.product(command.sku) is None:
            raise NotFound("sku")
        if await done_before(ADJUST_STOCK, command, actor, writing) is not None:
            return await _level(command, writing)
        level = await uow.adjust_stock(command.sku, command.location_id, command.delta, reason, now, actor.id)
        if level is None:
            text = "That many are not free: the rest is set aside for orders."
            raise Refused(Refusal(ErrorCode.CONFLICT, text, ("delta",)))
        await remember(ADJUST_STOCK, command, actor, f"{command.sku}@{command.location_id}", writing)
        if command.delta > 0:
            key = f"restock:{command.sku}:{ports.ids.unique()}"
            await writing.owe([Effect(key, WAKE_BACKORDERS, now, now, payload={"sku": command.sku})])
        return level

    return await write(ports, work)


async def _level(command: AdjustStock, writing: Writing) -> StockLevel:
    levels = await writing.uow.stock([command.sku])
    found = (level for level in levels if level.location_id == command.location_id)
    return next(found, StockLevel(command.sku, command.location_id, 0, 0))
