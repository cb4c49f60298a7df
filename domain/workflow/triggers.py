"""The triggers that the core itself fires. All others are words between a definition and the staff who fire them."""

TASKS_DONE = "tasks.done"
TASK_LATE = "task.late"
STOCK_ARRIVED = "stock.arrived"
STOCK_EXPIRED = "stock.expired"
PAYMENT_AUTHORIZED = "payment.authorized"
SHIPMENTS_CHANGED = "shipments.changed"
RETURN_REQUESTED = "return.requested"
PARCEL_MOVED = "parcel.moved"
GOODS_RECEIVED = "goods.received"
GOODS_INSPECTED = "goods.inspected"
STAFF_APPROVE = "staff.approve"
STAFF_DECLINE = "staff.decline"

FACTS = frozenset(
    {
        TASKS_DONE,
        TASK_LATE,
        STOCK_ARRIVED,
        STOCK_EXPIRED,
        PAYMENT_AUTHORIZED,
        SHIPMENTS_CHANGED,
        RETURN_REQUESTED,
        PARCEL_MOVED,
        GOODS_RECEIVED,
        GOODS_INSPECTED,
    }
)
"""What happened, or did not: nobody makes it so by saying it."""


def failed(task: str) -> str:
    """The trigger that says that this task of the state has failed."""
    return f"{task}.failed"
