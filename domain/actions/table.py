"""Every action that a workflow may name, and those that follow from facts. One line each."""

from domain.actions import fulfillment, parcels, payments, risk, stock
from domain.actions.contract import Action

FOR_WORKFLOWS: dict[str, Action] = {
    "reserveStock": Action(stock.reserve_stock),
    "releaseStock": Action(stock.release_stock),
    "authorizePayment": Action(payments.record_authorization, payments.authorize),
    "capturePayment": Action(payments.record_capture, payments.capture),
    "releasePayment": Action(payments.record_release, payments.release),
    "assessRisk": Action(risk.assess_risk),
    "planFulfillment": Action(fulfillment.record_plan),
    fulfillment.REQUEST: Action(fulfillment.record_done, fulfillment.request),
    "callOffFulfillment": Action(fulfillment.record_call_off, fulfillment.call_off),
}
ACTIONS: dict[str, Action] = FOR_WORKFLOWS | {
    fulfillment.CALL_OFF_PARCEL: Action(fulfillment.record_done, fulfillment.call_off_one),
    parcels.WATCH_PARCEL: Action(parcels.record_watch, parcels.watch),
}
