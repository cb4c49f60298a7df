"""What an order would cost."""

from domain.model.commands import AskQuote
from domain.services import quotes as service
from resolvers.context import Info
from resolvers.given import given, listed
from resolvers.refusals import refusals_as
from resolvers.request import Request
from resolvers.unwrap import address, basket, delivery
from schema.context import Viewing
from schema.deliveries import DeliveryEstimate, DeliveryOption
from schema.errors import UserError, user_errors
from schema.money import money
from schema.payments import PaymentOption
from schema.products import Product
from schema.quotes import Quote, QuoteInput, QuoteLine


def _refused(viewing: Viewing, errors: list[UserError]) -> Quote:
    return Quote(tax_included=viewing.shop.tax_included, user_errors=errors)


@refusals_as(_refused)
async def quote(info: Info, input: QuoteInput) -> Quote | None:
    context = info.context
    found = await service.quote(_command(input, context), context.actor, context.ports, context.locale)
    return _quote(found, context.viewing)


def _command(entry: QuoteInput, request: Request) -> AskQuote:
    wish = given(entry.delivery)
    return AskQuote(
        lines=basket(entry.lines),
        currency=entry.currency,
        channel=given(entry.channel),
        shipping_address=address(entry.shipping_address),
        delivery=delivery(wish, request) if wish is not None else None,
        discount_codes=listed(entry.discount_codes),
    )


def _quote(found: service.Quote, viewing: Viewing) -> Quote:
    return Quote(
        lines=[_line(line, found.currency, viewing) for line in found.lines],
        tax_included=found.tax_included,
        subtotal=money(found.subtotal, found.currency),
        discount_total=money(found.discount_total, found.currency),
        shipping_total=money(found.shipping_total, found.currency),
        tax_total=money(found.tax_total, found.currency),
        total=money(found.total, found.currency),
        delivery_options=[
            DeliveryOption(
                method=one.method,
                service=one.service,
                title=one.title,
                price=money(one.price, found.currency),
                delivery_estimate=DeliveryEstimate(model=one.estimate),
                windows=[],
            )
            for one in found.delivery_options
        ],
        payment_options=[
            PaymentOption(method=one.method, gateway=one.gateway, title=one.title, public_key=one.public_key)
            for one in found.payment_options
        ],
        user_errors=user_errors(found.refusals),
    )


def _line(line: service.QuoteLine, currency: str, viewing: Viewing) -> QuoteLine:
    return QuoteLine(
        sku=line.sku,
        quantity=line.quantity,
        product=Product(model=line.product, viewing=viewing) if line.product is not None else None,
        unit_price=money(line.unit_price, currency),
        total=money(line.total, currency),
        availability=line.availability,
        alternatives=[Product(model=one, viewing=viewing) for one in line.alternatives],
    )
