"""Who buys, and who looks."""

from domain.model.commands import CustomerEntry
from domain.services import customers as service
from resolvers.context import Info
from resolvers.given import given
from resolvers.refusals import refusals_in
from schema.customers import Customer, CustomersPayload, UpsertCustomersInput
from schema.viewers import Viewer


async def viewer(info: Info) -> Viewer | None:
    """Null for a caller without a token."""
    viewing = info.context.viewing
    return None if viewing.is_anonymous else Viewer(viewing=viewing)


@refusals_in(CustomersPayload)
async def upsert_customers(info: Info, input: UpsertCustomersInput) -> CustomersPayload:
    context = info.context
    context.require("upsertCustomers")
    entries = tuple(
        CustomerEntry(
            email=one.email,
            name=given(one.name),
            phone=given(one.phone),
            locale=given(one.locale),
            tier=given(one.tier),
            company_name=given(one.company_name),
        )
        for one in input.customers
    )
    stored = await service.upsert_customers(entries, context.actor, context.ports)
    return CustomersPayload(customers=[Customer(model=one, viewing=context.viewing) for one in stored])
