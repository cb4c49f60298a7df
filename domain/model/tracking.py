"""A shipment's state as the fold of its *set* of scans: order of arrival, repeats and lateness do not matter."""

from dataclasses import replace
from datetime import datetime

from domain.model.shipments import Scan, Shipment, TrackingStatus

RANK = {
    status: rank
    for rank, status in enumerate(
        (
            TrackingStatus.UNKNOWN,
            TrackingStatus.PRE_TRANSIT,
            TrackingStatus.IN_TRANSIT,
            TrackingStatus.EXCEPTION,
            TrackingStatus.OUT_FOR_DELIVERY,
            TrackingStatus.ATTEMPTED_DELIVERY,
            TrackingStatus.AVAILABLE_FOR_PICKUP,
            TrackingStatus.EXPIRED,
            TrackingStatus.CANCELED,
            TrackingStatus.DELIVERED,
            TrackingStatus.RETURN_TO_SENDER,
        )
    )
}
MOVING = frozenset(TrackingStatus) - {TrackingStatus.UNKNOWN, TrackingStatus.PRE_TRANSIT, TrackingStatus.CANCELED}


def _place(scan: Scan) -> tuple[datetime, int, str]:
    return scan.occurred_at, RANK[scan.status], scan.key


def in_order(scans: tuple[Scan, ...]) -> tuple[Scan, ...]:
    """Each scan once, by time, then by how far along it is, then by key."""
    return tuple(sorted({scan.key: scan for scan in scans}.values(), key=_place))


def with_scans(shipment: Shipment, new: tuple[Scan, ...]) -> Shipment:
    """The shipment with these scans among its own.

    A delivery stays one whatever older scans come in, unless the parcel was sent back after it. `delivered_at` is the
    first delivery, `shipped_at` the first moment at which it was seen moving.
    """
    scans = in_order(shipment.scans + new)
    telling = [scan for scan in scans if scan.status is not TrackingStatus.UNKNOWN]
    if not telling:
        return replace(shipment, scans=scans)
    deliveries = [scan for scan in telling if scan.status is TrackingStatus.DELIVERED]
    latest = telling[-1]
    if deliveries:
        after = telling[telling.index(deliveries[-1]) + 1 :]
        latest = next((scan for scan in after if scan.status is TrackingStatus.RETURN_TO_SENDER), deliveries[-1])
    moving = next((scan for scan in scans if scan.status in MOVING), None)
    shipped_at = shipment.shipped_at
    if moving is not None and (shipped_at is None or moving.occurred_at < shipped_at):
        shipped_at = moving.occurred_at
    return replace(
        shipment,
        scans=scans,
        status=latest.status,
        detail=latest.detail,
        shipped_at=shipped_at,
        delivered_at=deliveries[0].occurred_at if deliveries else None,
    )
