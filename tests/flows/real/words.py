"""What is asked of the gateway, and what partners write to it, signed as theirs."""

import hashlib
import hmac
import json
from datetime import datetime

from standardwebhooks import Webhook

from domain.model.payments import Payment
from tests.flows.client import Json
from tests.gateway.served import WEBHOOK_SECRET

Words = tuple[bytes, dict[str, str]]
"""A body and the headers that go with it."""

PLACE = """
mutation Place($input: PlaceOrderInput!) {
  placeOrder(input: $input) {
    order { id number lines { id sku quantity } total { amount } }
    trackingToken userErrors { field code message }
  }
}
"""
CANCEL = """
mutation Cancel($input: CancelOrderInput!) {
  cancelOrder(input: $input) { order { status } userErrors { field code message } }
}
"""
RETURN = """
mutation Back($input: RequestReturnInput!) {
  requestReturn(input: $input) {
    return { id number status lines { id quantity } refundTotal { amount } } userErrors { field code message }
  }
}
"""
SHIP = """
mutation Ship($input: AddShipmentInput!) {
  addShipment(input: $input) { shipment { id } userErrors { field code message } }
}
"""
SCAN = """
mutation Scan($input: RecordTrackingEventInput!) {
  recordTrackingEvent(input: $input) { shipment { status } userErrors { field code message } }
}
"""
STOCK = """
mutation Stock($input: AdjustStockInput!) {
  adjustStock(input: $input) { level { onHand reserved } userErrors { field code message } }
}
"""
PRODUCTS = """
mutation Products($input: UpsertProductsInput!) {
  upsertProducts(input: $input) { products { sku } userErrors { field code message } }
}
"""
LOCATIONS = "query { locations { id name } }"
SEEN = """
query Seen($id: ID!) {
  order(id: $id) {
    status paymentStatus fulfillmentStatus returnStatus headline
    total { amount } refundedTotal { amount } outstandingTotal { amount } lines { id quantity }
    shipments { id status origin { name } } refunds { status amount { amount } }
  }
}
"""


def decimal(amount: int) -> str:
    """Minor units as people write them."""
    return f"{amount // 100}.{amount % 100:02}"


def intent(reference: str, payment: Payment, order_id: str, status: str, now: datetime) -> Words:
    """The payment provider tells how a payment stands."""
    held = payment.amount if status == "requires_capture" else 0
    taken = payment.amount if status == "succeeded" else 0
    kind = "amount_capturable_updated" if held else "succeeded"
    about = {
        "id": reference, "object": "payment_intent", "status": status, "currency": "brl", "amount": payment.amount,
        "amount_capturable": held, "amount_received": taken, "metadata": {"order": order_id, "payment": payment.id},
    }  # fmt: skip
    event = {"id": f"evt_{reference}_{status}", "object": "event", "type": f"payment_intent.{kind}"}
    body = json.dumps({**event, "data": {"object": about}}).encode()
    at = str(int(now.timestamp()))
    signature = hmac.new(WEBHOOK_SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return body, {"stripe-signature": f"t={at},v1={signature}"}


def warehouse(kind: str, reference: str, at: datetime, now: datetime, **more: object) -> Words:
    """A seller tells how far a parcel, or what came back, is; `reference` is `<order>/<part>`."""
    text = json.dumps({"type": kind, "reference": reference, "occurredAt": at.isoformat(), **more})
    name = f"msg_{hashlib.sha256(f'{kind} {reference}'.encode()).hexdigest()[:24]}"
    seconds = str(int(now.timestamp()))
    signature = Webhook(WEBHOOK_SECRET).sign(name, datetime.fromtimestamp(int(seconds), now.tzinfo), text)
    return text.encode(), {"webhook-id": name, "webhook-timestamp": seconds, "webhook-signature": signature}


def tracker(number: str, scans: list[tuple[datetime, str, str]]) -> Words:
    """The carrier's aggregator tells all it knows of a parcel: when, status, and in words."""
    details: list[Json] = [
        {"datetime": at.isoformat(), "status": status, "message": message, "status_detail": "unknown"}
        for at, status, message in scans
    ]
    about = {"id": f"trk_{number}", "tracking_code": number, "status": scans[-1][1], "carrier": "Correios"}
    about_all = {**about, "tracking_details": details}
    event = {"id": f"evt_{number}_{scans[-1][1]}", "object": "Event", "description": "tracker.updated"}
    body = json.dumps({**event, "result": about_all}).encode()
    signature = hmac.new(WEBHOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()
    return body, {"x-hmac-signature": f"hmac-sha256-hex={signature}"}
