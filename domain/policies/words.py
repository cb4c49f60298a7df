"""The sentences of headlines and the timeline, by language; English stands behind every other."""

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "placed": "Order received",
        "challenge": "Please confirm your payment",
        "declined": "Payment was declined",
        "review": "We are checking your order",
        "backordered": "Waiting for stock",
        "confirmed": "Confirmed, we are preparing your order",
        "preparing": "Your order is being packed",
        "packed": "Packed and ready to leave",
        "shipped": "On its way",
        "part_shipped": "Partly on its way",
        "out": "Out for delivery",
        "attempted": "Delivery was attempted",
        "pickup": "Ready for pickup",
        "part_delivered": "Partly delivered",
        "delivered": "Delivered",
        "delivered_on": "Delivered {day}",
        "returning": "On its way back to us",
        "problem": "Something held your parcel up",
        "canceled": "Canceled",
        "canceled_stock": "Canceled: sold out",
        "canceled_unpaid": "Canceled: it was not paid in time",
        "expected": "{headline}, expected {day}",
        "between": "{headline}, expected {day} to {end}",
        "label": "Label made, waiting for the carrier",
        "unknown": "Waiting for the carrier",
    },
    "de": {
        "placed": "Bestellung eingegangen",
        "challenge": "Bitte bestätige deine Zahlung",
        "declined": "Die Zahlung wurde abgelehnt",
        "review": "Wir prüfen deine Bestellung",
        "backordered": "Wartet auf Nachschub",
        "confirmed": "Bestätigt, wir bereiten deine Bestellung vor",
        "preparing": "Deine Bestellung wird gepackt",
        "packed": "Gepackt und versandbereit",
        "shipped": "Unterwegs",
        "part_shipped": "Teilweise unterwegs",
        "out": "In Zustellung",
        "attempted": "Zustellversuch ohne Erfolg",
        "pickup": "Abholbereit",
        "part_delivered": "Teilweise zugestellt",
        "delivered": "Zugestellt",
        "delivered_on": "Zugestellt {day}",
        "returning": "Auf dem Weg zurück zu uns",
        "problem": "Dein Paket wurde aufgehalten",
        "canceled": "Storniert",
        "canceled_stock": "Storniert: ausverkauft",
        "canceled_unpaid": "Storniert: nicht rechtzeitig bezahlt",
        "expected": "{headline}, erwartet {day}",
        "between": "{headline}, erwartet {day} bis {end}",
        "label": "Etikett erstellt, wartet auf den Versanddienst",
        "unknown": "Wartet auf den Versanddienst",
    },
}

EVENT_TITLES: dict[str, dict[str, str]] = {
    "en": {
        "order.placed": "Order placed",
        "order.cancel_requested": "Cancellation requested",
        "workflow.moved": "Order updated",
        "task.settled": "Step finished",
        "task.started": "Another way was tried",
        "stock.reserved": "Items set aside for you",
        "stock.backordered": "Waiting for stock",
        "stock.lost": "Sold out",
        "stock.released": "Items put back on sale",
        "stock.shipped": "Items left the shelf",
        "payment.authorized": "Payment authorized",
        "payment.declined": "Payment declined",
        "payment.action_required": "Payment needs your confirmation",
        "payment.captured": "Payment received",
        "payment.voided": "Payment released",
        "risk.assessed": "Order checked",
        "refund.requested": "Refund on its way",
        "refund.succeeded": "Refund paid out",
        "refund.failed": "Refund did not go through",
        "shipment.planned": "Parcel planned",
        "shipment.prepared": "Parcel is being prepared",
        "shipment.watched": "Parcel is being followed",
        "shipment.scanned": "Delivery date updated",
        "shipment.canceled": "Parcel called off",
    },
    "de": {
        "order.placed": "Bestellung aufgegeben",
        "order.cancel_requested": "Stornierung gewünscht",
        "workflow.moved": "Bestellung aktualisiert",
        "task.settled": "Schritt erledigt",
        "task.started": "Ein anderer Weg wurde versucht",
        "stock.reserved": "Artikel für dich zurückgelegt",
        "stock.backordered": "Wartet auf Nachschub",
        "stock.lost": "Ausverkauft",
        "stock.released": "Artikel wieder im Verkauf",
        "stock.shipped": "Artikel hat das Lager verlassen",
        "payment.authorized": "Zahlung zugesagt",
        "payment.declined": "Zahlung abgelehnt",
        "payment.action_required": "Zahlung braucht deine Bestätigung",
        "payment.captured": "Zahlung eingegangen",
        "payment.voided": "Zahlung freigegeben",
        "risk.assessed": "Bestellung geprüft",
        "refund.requested": "Erstattung unterwegs",
        "refund.succeeded": "Erstattung ausgezahlt",
        "refund.failed": "Erstattung ist gescheitert",
        "shipment.planned": "Paket geplant",
        "shipment.prepared": "Paket wird vorbereitet",
        "shipment.watched": "Paket wird verfolgt",
        "shipment.scanned": "Liefertermin aktualisiert",
        "shipment.canceled": "Paket abgesagt",
    },
}

STATUS_TITLES: dict[str, dict[str, str]] = {
    "en": {
        "PENDING": "Order received",
        "ON_HOLD": "On hold",
        "CONFIRMED": "Confirmed",
        "COMPLETED": "Completed",
        "CANCELED": "Canceled",
    },
    "de": {
        "PENDING": "Bestellung eingegangen",
        "ON_HOLD": "Angehalten",
        "CONFIRMED": "Bestätigt",
        "COMPLETED": "Abgeschlossen",
        "CANCELED": "Storniert",
    },
}

PREPARATION_TITLES: dict[str, dict[str, str]] = {
    "en": {
        "QUEUED": "Waiting in the warehouse",
        "PICKING": "Being picked",
        "PICKED": "Picked",
        "PACKING": "Being packed",
        "PACKED": "Packed",
        "LABELED": "Labelled",
        "HANDED_OVER": "Handed over to the carrier",
    },
    "de": {
        "QUEUED": "Wartet im Lager",
        "PICKING": "Wird zusammengestellt",
        "PICKED": "Zusammengestellt",
        "PACKING": "Wird gepackt",
        "PACKED": "Gepackt",
        "LABELED": "Etikettiert",
        "HANDED_OVER": "Dem Versanddienst übergeben",
    },
}


def language(locale: str) -> str:
    """The language of `locale` that we have words in; English otherwise."""
    short = locale.split("-")[0].split("_")[0].lower()
    return short if short in WORDS else "en"


def spoken(locale: str) -> str:
    """The locale itself where we have words in its language; English otherwise. Days inside our sentences follow it."""
    return locale if language(locale) == locale[:2].lower() else "en"
