"""Every action that a workflow may name, and those that follow from facts. One line each."""

from domain.actions import fulfillment, parcels, payments, refunds, returns, risk, stock
from domain.actions.contract import Action

FOR_WORKFLOWS: dict[str, Action] = {
    "reserveStock": Action(stock.reserve_stock),
    "releaseStock": Action(stock.release_stock),
    "authorizePayment": Action(payments.record_authorization, payments.authorize),
    "capturePayment": Action(payments.record_capture, payments.capture),
    "releasePayment": Action(payments.record_release, payments.release, payments.plan_release),
    "payBackNotComing": Action(refunds.record_paid, refunds.pay_not_coming, refunds.plan_not_coming),
    "assessRisk": Action(risk.assess_risk),
    "planFulfillment": Action(fulfillment.record_plan),
    fulfillment.REQUEST: Action(fulfillment.record_done, fulfillment.request),
    "callOffFulfillment": Action(fulfillment.record_call_off, fulfillment.call_off),
    "requestReturnLabel": Action(returns.record_label, returns.label),
    "callOffReturn": Action(fulfillment.record_done, returns.call_off),
    "payBackReturn": Action(returns.record_pay_back, returns.pay_back, returns.plan_pay_back),
    "restockReturn": Action(returns.restock),
}
ACTIONS: dict[str, Action] = FOR_WORKFLOWS | {
    fulfillment.CALL_OFF_PARCEL: Action(fulfillment.record_done, fulfillment.call_off_one),
    parcels.WATCH_PARCEL: Action(parcels.record_watch, parcels.watch),
    refunds.PAY_REFUND: Action(refunds.record_paid, refunds.pay),
}
