"""The order of a story, as its buyer would place it."""

from domain.model.actors import ANONYMOUS, Actor, ActorKind
from domain.model.commands import DeliveryRequest, LineRequest, PaymentRequest, PlaceOrder
from domain.model.orders import DeliveryMethod, NotificationChannel, UnavailablePolicy
from domain.model.payments import PaymentMethod
from domain.model.products import Attribute
from domain.services.orders import place_order
from gateway.demo.acts import SUPPORT, Teller
from gateway.demo.catalogue import Person


async def place(teller: Teller, bill_to: Person | None) -> str:
    """The order's id. By its customer, by a guest, or by staff for a customer who called."""
    story, person = teller.story, teller.person
    customer_id = teller.customers.get(person.email)
    actor: Actor = teller.buyer or ANONYMOUS
    if story.by_phone:
        actor = SUPPORT
    guest = actor.kind is ActorKind.GUEST
    collects = story.collects_in is not None
    command = PlaceOrder(
        key=teller.key,
        lines=tuple(LineRequest(sku, quantity) for sku, quantity in story.lines),
        currency=story.currency,
        delivery=DeliveryRequest(
            DeliveryMethod.PICKUP if collects else DeliveryMethod.SHIPPING,
            story.service,
            story.collects_in,
            instructions=story.instructions,
        ),
        payments=(PaymentRequest(PaymentMethod.CARD, story.card),),
        channel=story.channel,
        customer_id=customer_id if story.by_phone else None,
        reference=teller.key,
        email=person.email if guest else None,
        phone=person.phone if guest else None,
        notify_by=(NotificationChannel.EMAIL, NotificationChannel.SMS) if guest and person.phone else None,
        locale=person.locale if guest else None,
        shipping_address=person.address,
        billing_address=bill_to.address if bill_to else None,
        if_unavailable=UnavailablePolicy.BACKORDER if story.waits else UnavailablePolicy.REJECT,
        note=story.note,
        metadata=(Attribute("purchaseOrder", story.purchase_order),) if story.purchase_order else (),
    )
    return (await place_order(command, actor, teller.ports)).order.id
