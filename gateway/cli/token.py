"""token: a session for a customer or a member of staff. Only reads."""

from datetime import timedelta
from typing import Annotated

from cyclopts import Parameter

from domain.model.actors import ActorKind, Role
from gateway.auth import Sessions
from gateway.cli.starting import run, say, settings_of
from gateway.lifecycle.reading import customer_id, system_clock
from gateway.problems import CannotStart


def token(
    *,
    customer: str | None = None,
    staff: str | None = None,
    role: Annotated[list[Role] | None, Parameter(negative_iterable=())] = None,
    hours: float = 12.0,
) -> None:
    """Print a token, to be sent as `Authorization: Bearer TOKEN`.

    Parameters
    ----------
    customer
        the e-mail address of a customer whom the shop knows
    staff
        the name of a member of staff, as the journal will have it
    role
        what the member of staff is trusted with; may be given several times
    hours
        how long the token is good for
    """
    settings = settings_of()
    if (customer is None) == (staff is None):
        raise CannotStart("a token is for --customer EMAIL or for --staff NAME --role ROLE")
    if not 0 < hours <= 24 * 366:
        raise CannotStart("a token is good for more than nothing and for a year at most")
    sessions, lifetime = Sessions(settings.master, system_clock()), timedelta(hours=hours)
    if staff is not None:
        if not role:
            raise CannotStart(f"staff need a role: {', '.join(one.value for one in Role)}")
        say(sessions.issue(ActorKind.STAFF, staff, lifetime, frozenset(role)))
        return
    found = run(customer_id(settings, customer or ""))
    if found is None:
        raise CannotStart("the shop knows no customer with this e-mail address")
    say(sessions.issue(ActorKind.CUSTOMER, found, lifetime))
