"""The demo shop: built when there is none, served, and told about."""

import socket
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import quote, urlencode

from domain.model.actors import ActorKind, Role
from gateway.auth import Sessions
from gateway.cli.starting import run, say
from gateway.cli.world import World
from gateway.config import Settings
from gateway.demo import StoryBroken, Summary, build, is_empty, is_half_built, summarize
from gateway.development import PROVIDERS
from gateway.lifecycle.databases import migrated
from gateway.lifecycle.opening import rehearsed
from gateway.lifecycle.reading import customer_id, system_clock
from gateway.problems import CannotStart
from gateway.serving import serve

LIFETIME = timedelta(days=7)
STAFF = "olga"
LIVE = "subscription { trackOrder { sequence event { title message } order { number status headline } } }"


def open_shop(settings: Settings, listener: socket.socket, world: World) -> None:
    run(_open_shop(settings, listener, world))


async def _open_shop(settings: Settings, listener: socket.socket, world: World) -> None:
    await migrated(settings)
    summary = await _stocked(settings, world)
    lines = await told(settings, summary)
    world.wait()
    await serve(settings, listener, ready=lambda: say("\n".join(lines)))


async def _stocked(settings: Settings, world: World) -> Summary | None:
    """What is in the shop; None when it is somebody's own."""
    async with rehearsed(settings) as (ports, set_clock):
        if await is_half_built(ports):
            where = settings.database_url.removeprefix("sqlite:///") if "sqlite:" in settings.database_url else "it"
            raise CannotStart(f"the demo shop was left half built: remove {where}, and the next start makes it anew")
        if not await is_empty(ports):
            return await summarize(ports)
        say("Making a demo shop: 60 products, 40 orders over six weeks. This takes some seconds, once.")
        world.wait()
        try:
            return await build(ports, set_clock, ports.clock.now(), partners_running=world.is_whole)
        except StoryBroken as error:
            raise CannotStart(f"the demo shop could not be made: {error}") from None


async def told(settings: Settings, summary: Summary | None) -> Sequence[str]:
    """What somebody who has just typed `make run` wants to know."""
    address, clock = f"http://{settings.host}:{settings.port}", system_clock()
    sessions = Sessions(settings.master, clock)
    lines = ["", "Waymark is ready. Ctrl-C ends it; what is in it stays.", "", f"  GraphQL    {address}/graphql"]
    lines += [
        f"  GraphiQL   {address}/graphiql/",
        f"  Mailbox    {address}/dev/mailbox",
        f"  Sign in    {address}/sign-in",
    ]
    for program, provider in PROVIDERS.items():
        lines.append(f"  {program.capitalize():<10} {getattr(settings, f'{provider}_base_url')} (simulated)")
    if summary is not None:
        brought = urlencode({"query": LIVE, "token": summary.live.token}, quote_via=quote)
        lines += [
            "",
            f"An order on its way, {summary.live.number}. Watch it as its buyer does:",
            f"  {address}/track#{summary.live.token}",
            "or live in GraphiQL:",
            f"  {address}/graphiql/#{brought}",
            "or paste there the subscription, and the token into the header editor:",
            f"  {LIVE}",
            f'  {{ "authorization": "Bearer {summary.live.token}" }}',
        ]
    lines += ["", f"Tokens, good for {LIFETIME.days} days:"]
    for email in (summary.customers if summary else ())[:1]:
        if found := await customer_id(settings, email):
            lines.append(f"  customer {email}: {sessions.issue(ActorKind.CUSTOMER, found, LIFETIME)}")
    lines.append(f"  staff {STAFF}, all roles: {sessions.issue(ActorKind.STAFF, STAFF, LIFETIME, frozenset(Role))}")
    return [*lines, ""]
