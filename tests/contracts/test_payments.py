"""What every payment gateway does: the twin of the tests, and Stripe's adapter against a provider on a real socket."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

import httpx2
import pytest

from domain.adapters.http import open_client
from domain.adapters.payments.stripe import StripePayments
from domain.model.orders import Order
from domain.model.payments import NextActionKind, Payment
from domain.model.reports import PaymentOutcome
from domain.ports import Declined, Payments, Unavailable
from tests.factories import a_payment, an_order
from tests.simulated_world import SimulatedProgram, simulated_program
from tests.twins import TwinPayments

ORDER = an_order()


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedProgram]:
    with simulated_program("payments", tmp_path_factory.mktemp("payments")) as program:
        yield program


@pytest.fixture
async def stripe(program: SimulatedProgram) -> AsyncIterator[StripePayments]:
    program.calm()
    async with open_client() as client:
        yield StripePayments(program.address, program.key, client, return_url="https://shop.example/thanks")


@pytest.fixture(params=["twin", "stripe"])
async def payments(request: pytest.FixtureRequest, program: SimulatedProgram) -> AsyncIterator[Payments]:
    program.calm()
    async with AsyncExitStack() as stack:
        if request.param == "twin":
            yield TwinPayments()
            return
        yield StripePayments(program.address, program.key, await stack.enter_async_context(open_client()))


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    return f"{ORDER.id}:1:{request.node.name}"


def paid_with(token: str | None, amount: int = 1999) -> Payment:
    return a_payment(amount=amount, token=token)


async def held(payments: Payments, key: str, order: Order = ORDER, amount: int = 1999) -> Payment:
    payment = paid_with("pm_card_visa", amount)
    report = await payments.authorize(key, payment, order)
    assert report.outcome is PaymentOutcome.AUTHORIZED
    return replace(payment, reference=report.reference, authorized=report.amount)


# ---------------------------------------------------------------- every gateway


async def test_a_good_card_is_authorized_for_the_whole_amount(payments: Payments, key: str) -> None:
    report = await payments.authorize(key, paid_with("pm_card_visa"), ORDER)
    assert report.outcome is PaymentOutcome.AUTHORIZED
    assert (report.amount, report.currency) == (1999, "EUR")
    assert (report.brand, report.last4) == ("visa", "4242")
    assert report.reference.startswith("pi_")


async def test_a_declined_card_is_a_report_with_a_code_and_words(payments: Payments, key: str) -> None:
    report = await payments.authorize(key, paid_with("pm_card_chargeDeclined"), ORDER)
    assert report.outcome is PaymentOutcome.DECLINED
    assert (report.amount, report.code, report.message) == (0, "generic_decline", "Your card was declined.")


async def test_a_card_that_asks_its_owner_first_says_where(payments: Payments, key: str) -> None:
    report = await payments.authorize(key, paid_with("pm_card_authenticationRequired"), ORDER)
    assert report.outcome is PaymentOutcome.ACTION_REQUIRED
    assert report.amount == 0
    assert report.next_action is not None
    assert report.next_action.kind is NextActionKind.REDIRECT
    assert "/challenge" in (report.next_action.url or "")


async def test_what_the_provider_thinks_of_the_risk_is_passed_on(payments: Payments, key: str) -> None:
    report = await payments.authorize(key, paid_with("pm_card_riskLevelElevated"), ORDER)
    assert report.outcome is PaymentOutcome.AUTHORIZED
    assert report.risk is not None
    assert report.risk.score == 0.75
    assert "elevated" in report.risk.reasons[0]


async def test_asked_again_under_the_same_key_it_is_the_same_payment(payments: Payments, key: str) -> None:
    first = await payments.authorize(key, paid_with("pm_card_visa"), ORDER)
    assert await payments.authorize(key, paid_with("pm_card_visa"), ORDER) == first
    other = await payments.authorize(f"{key}:other", paid_with("pm_card_visa"), ORDER)
    assert other.reference != first.reference


async def test_what_is_held_can_be_taken(payments: Payments, key: str) -> None:
    payment = await held(payments, key)
    report = await payments.capture(f"{key}:capture", payment, 1999, "EUR")
    assert (report.outcome, report.amount, report.currency) == (PaymentOutcome.CAPTURED, 1999, "EUR")
    assert report.reference == payment.reference


async def test_what_is_held_can_be_let_go(payments: Payments, key: str) -> None:
    payment = await held(payments, key)
    report = await payments.void(f"{key}:void", payment, "EUR")
    assert (report.outcome, report.reference) == (PaymentOutcome.VOIDED, payment.reference)


async def test_what_was_taken_can_be_paid_back_in_parts(payments: Payments, key: str) -> None:
    payment = await held(payments, key)
    await payments.capture(f"{key}:capture", payment, 1999, "EUR")
    first = await payments.refund(f"{key}:r1", payment, 1000, "EUR")
    second = await payments.refund(f"{key}:r2", payment, 999, "EUR")
    assert first.startswith("re_")
    assert first != second


# ---------------------------------------------------------------- stripe, beyond what the twin plays


@pytest.mark.parametrize("fault", ["error", "drop"])
async def test_a_lost_answer_is_unavailable_and_asking_again_charges_once(
    stripe: StripePayments, program: SimulatedProgram, key: str, fault: str
) -> None:
    program.queue(fault)
    with pytest.raises(Unavailable):
        await stripe.authorize(key, paid_with("pm_card_visa"), ORDER)
    report = await stripe.authorize(key, paid_with("pm_card_visa"), ORDER)
    assert report.outcome is PaymentOutcome.AUTHORIZED
    assert program.audit.charges()[key] == 1


async def test_a_wrong_amount_is_reported_as_it_is(stripe: StripePayments, program: SimulatedProgram, key: str) -> None:
    program.queue("wrong_amount")
    report = await stripe.authorize(key, paid_with("pm_card_visa", 10_000), ORDER)
    assert report.outcome is PaymentOutcome.AUTHORIZED
    assert report.amount != 10_000


async def test_the_same_key_with_another_amount_is_refused_not_charged(stripe: StripePayments, key: str) -> None:
    await stripe.authorize(key, paid_with("pm_card_visa", 500), ORDER)
    report = await stripe.authorize(key, paid_with("pm_card_visa", 501), ORDER)
    assert (report.outcome, report.code) == (PaymentOutcome.DECLINED, "invalid_request")


async def test_taking_again_what_was_taken_says_so_and_takes_nothing(
    stripe: StripePayments, program: SimulatedProgram, key: str
) -> None:
    payment = await held(stripe, key)
    await stripe.capture(f"{key}:c1", payment, 1999, "EUR")
    again = await stripe.capture(f"{key}:c2", payment, 1999, "EUR")
    assert (again.outcome, again.amount) == (PaymentOutcome.CAPTURED, 1999)
    captures = program.audit.movements("capture")
    assert captures[f"{key}:c1"] == 1
    assert f"{key}:c2" not in captures


async def test_letting_go_twice_is_letting_go_and_of_what_was_taken_is_told(stripe: StripePayments, key: str) -> None:
    payment = await held(stripe, key)
    await stripe.void(f"{key}:v1", payment, "EUR")
    assert (await stripe.void(f"{key}:v2", payment, "EUR")).outcome is PaymentOutcome.VOIDED
    assert (await stripe.capture(f"{key}:c", payment, 1999, "EUR")).outcome is PaymentOutcome.VOIDED
    taken = await held(stripe, f"{key}:other")
    await stripe.capture(f"{key}:c2", taken, 1999, "EUR")
    assert (await stripe.void(f"{key}:v3", taken, "EUR")).outcome is PaymentOutcome.CAPTURED


async def test_more_than_is_held_or_was_taken_is_refused(stripe: StripePayments, key: str) -> None:
    payment = await held(stripe, key)
    assert (await stripe.capture(f"{key}:c", payment, 2000, "EUR")).outcome is PaymentOutcome.DECLINED
    await stripe.capture(f"{key}:c2", payment, 1999, "EUR")
    with pytest.raises(Declined):
        await stripe.refund(f"{key}:r", payment, 2000, "EUR")


async def test_a_wrong_key_is_our_trouble_and_declines_nobody(program: SimulatedProgram, key: str) -> None:
    async with open_client() as client:
        stripe = StripePayments(program.address, "sk_wrong", client)
        with pytest.raises(Unavailable, match="401"):
            await stripe.authorize(key, paid_with("pm_card_visa"), ORDER)


async def test_a_challenge_that_was_passed_lets_the_money_be_taken(stripe: StripePayments, key: str) -> None:
    payment = paid_with("pm_card_authenticationRequired")
    report = await stripe.authorize(key, payment, ORDER)
    assert report.next_action is not None
    async with httpx2.AsyncClient(trust_env=False) as browser:
        back = await browser.post(report.next_action.url or "", data={"outcome": "approve"})
    assert back.headers["location"] == "https://shop.example/thanks"
    taken = await stripe.capture(f"{key}:c", replace(payment, reference=report.reference), 1999, "EUR")
    assert taken.outcome is PaymentOutcome.CAPTURED


async def test_yen_and_dollars_arrive_as_they_were_meant(
    stripe: StripePayments, program: SimulatedProgram, key: str
) -> None:
    @dataclass(frozen=True)
    class Case:
        currency: str
        ours: int
        theirs: int

    for case in (Case("JPY", 500, 500), Case("USD", 500, 500), Case("KWD", 5120, 5120), Case("ISK", 5, 500)):
        order = an_order(currency=case.currency)
        report = await stripe.authorize(f"{key}:{case.currency}", paid_with("pm_card_visa", case.ours), order)
        assert (report.amount, report.currency) == (case.ours, case.currency)
        row = program.audit.rows("SELECT amount FROM movements ORDER BY id DESC LIMIT 1")[0]
        assert row["amount"] == case.theirs
