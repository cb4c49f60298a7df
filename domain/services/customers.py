"""Who buys here, as the shop's own systems know them."""

from dataclasses import replace

from domain.model.actors import Actor
from domain.model.commands import CustomerEntry
from domain.model.errors import ErrorCode, Refusal, Refused
from domain.model.products import Customer
from domain.model.text import clean
from domain.policies.access import require_role
from domain.policies.eligibility import WORD_LIMIT, check_words, is_locale
from domain.ports import Ports
from domain.services.changing import Writing, write

MOST = 100
WORDS = {"name": "name", "tier": "tier", "company_name": "companyName"}
"""What is free text of a customer, and what the contract calls it."""


async def upsert_customers(entries: tuple[CustomerEntry, ...], actor: Actor, ports: Ports) -> tuple[Customer, ...]:
    """Each customer, known by e-mail, is as the entry says; what it leaves out stays.

    Raises: AccessDenied; Refused with all faults at once, and nothing stored.
    """
    require_role(actor, "upsertCustomers")
    if not 1 <= len(entries) <= MOST:
        text = f"1 to {MOST} customers at a time."
        raise Refused(Refusal(ErrorCode.LIMIT_EXCEEDED, text, ("customers",)))
    tidy, refusals = _tidied(entries, ports)
    if refusals:
        raise Refused(*refusals)

    async def work(writing: Writing) -> tuple[Customer, ...]:
        stored = []
        for entry in tidy:
            known = await writing.uow.customer_by_email(entry.email)
            before = known or Customer(ports.ids.unique(), entry.email)
            given = {
                name: value
                for name in ("name", "phone", "locale", "tier", "company_name")
                if (value := getattr(entry, name)) is not None
            }
            customer = replace(before, **given)
            await writing.uow.put_customer(customer)
            stored.append(customer)
        return tuple(stored)

    return await write(ports, work)


def _tidied(entries: tuple[CustomerEntry, ...], ports: Ports) -> tuple[list[CustomerEntry], list[Refusal]]:
    tidy: list[CustomerEntry] = []
    found: list[Refusal] = []
    for index, entry in enumerate(entries):
        place = ("customers", str(index))
        email = ports.checks.email(entry.email)
        if email is None:
            found.append(Refusal(ErrorCode.INVALID_EMAIL, "This is no e-mail address.", (*place, "email")))
        phone = ports.checks.phone(entry.phone, None) if entry.phone else None
        if entry.phone and phone is None:
            text = "Write the phone number with its country code, like +4915112345678."
            found.append(Refusal(ErrorCode.INVALID_PHONE, text, (*place, "phone")))
        if entry.locale is not None and not is_locale(entry.locale):
            found.append(Refusal(ErrorCode.INVALID, "Write the language like en or de-AT.", (*place, "locale")))
        wrong = check_words(((*place, field), getattr(entry, name), WORD_LIMIT) for name, field in WORDS.items())
        found += wrong
        given = {} if wrong else {name: clean(text, WORD_LIMIT) for name in WORDS if (text := getattr(entry, name))}
        tidy.append(replace(entry, email=(email or "").lower(), phone=phone, **given))
    return tidy, found
