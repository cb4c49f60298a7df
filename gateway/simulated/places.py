"""Real places at which the simulated carriers sort parcels, and from which the simulated warehouse ships."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    city: str
    country: str
    state: str | None = None
    zip: str | None = None


def _table(text: str) -> dict[str, tuple[Place, ...]]:
    """Lines of `COUNTRY: city, state, zip; ..`; the first city of a country is its way in and out."""
    found: dict[str, tuple[Place, ...]] = {}
    for line in text.strip().splitlines():
        country, _, cities = line.partition(":")
        rows = [[word.strip() or None for word in row.split(",")] for row in cities.split(";")]
        found[country] = tuple(Place(str(city), country, state, code) for city, state, code in rows)
    return found


HUBS = _table("""
DE: Leipzig, Sachsen, 04435; Köln, Nordrhein-Westfalen, 51147; Frankfurt am Main, Hessen, 60549; Hamburg, Hamburg, 22525; Nürnberg, Bayern, 90471; Berlin, Berlin, 13597
AT: Wien, Wien, 1230; Linz, Oberösterreich, 4020; Graz, Steiermark, 8073; Salzburg, Salzburg, 5071
CH: Zürich, Zürich, 8058; Härkingen, Solothurn, 4624; Daillens, Vaud, 1306
FR: Roissy-en-France, Île-de-France, 95700; Lyon, Auvergne-Rhône-Alpes, 69007; Bordeaux, Nouvelle-Aquitaine, 33300; Lille, Hauts-de-France, 59000
NL: Amsterdam, Noord-Holland, 1118; Utrecht, Utrecht, 3542; Eindhoven, Noord-Brabant, 5657; Zwolle, Overijssel, 8013
BE: Liège, Liège, 4460; Brussel, Brussel, 1130; Antwerpen, Antwerpen, 2030
LU: Bettembourg, , 3225; Luxembourg, , 1122
GB: East Midlands, England, DE74 2TR; London, England, NW10 6DN; Birmingham, England, B24 9QG; Manchester, England, M17 1PA; Edinburgh, Scotland, EH12 9EB
IE: Dublin, Leinster, D11; Athlone, Westmeath, N37; Cork, Munster, T12
ES: Madrid, Madrid, 28042; Barcelona, Catalunya, 08040; Zaragoza, Aragón, 50197; Sevilla, Andalucía, 41007
PT: Lisboa, Lisboa, 1950; Porto, Porto, 4470
IT: Milano, Lombardia, 20090; Bologna, Emilia-Romagna, 40010; Roma, Lazio, 00054; Napoli, Campania, 80143
PL: Warszawa, Mazowieckie, 02-285; Łódź, Łódzkie, 94-102; Poznań, Wielkopolskie, 61-001
CZ: Praha, Praha, 161 00; Brno, Jihomoravský, 627 00
DK: København, Hovedstaden, 2770; Taulov, Syddanmark, 7000
SE: Stockholm, Stockholm, 195 60; Malmö, Skåne, 212 91; Göteborg, Västra Götaland, 418 78
NO: Oslo, Oslo, 0581; Bergen, Vestland, 5258
FI: Vantaa, Uusimaa, 01530; Tampere, Pirkanmaa, 33960
US: Louisville, KY, 40213; Memphis, TN, 38118; Ontario, CA, 91761; Dallas, TX, 75261; Chicago, IL, 60638; Newark, NJ, 07114; Atlanta, GA, 30320
CA: Mississauga, ON, L4W 5R7; Montréal, QC, H4Y 1H1; Calgary, AB, T2E 6Z8
MX: Ciudad de México, CDMX, 15620; Monterrey, NL, 66600
BR: São Paulo, SP, 07190; Curitiba, PR, 81350
AU: Sydney, NSW, 2020; Melbourne, VIC, 3045; Brisbane, QLD, 4009
NZ: Auckland, AUK, 2022; Christchurch, CAN, 8053
JP: Tokyo, Tokyo, 135-0064; Osaka, Osaka, 549-0011
KR: Incheon, Incheon, 22382; Daejeon, Daejeon, 34368
SG: Singapore, , 819461
IN: Mumbai, MH, 400099; Delhi, DL, 110037; Bengaluru, KA, 560300
""")  # noqa: E501 - a table, one country a line
ELSEWHERE = Place("Dubai", "AE", "Dubai")
STARTING_POINT = HUBS["DE"][0]


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def place_of_location(handle: str) -> Place:
    """Where a warehouse stands whose handle names a city or ends in a country: `berlin-2`, `us-newark`, `store-fr`."""
    words = [word for word in handle.replace("_", "-").split("-") if word]
    for places in HUBS.values():
        for place in places:
            if _plain(place.city) in _plain(handle):
                return place
    for word in words:
        if word.upper() in HUBS:
            return HUBS[word.upper()][0]
    return STARTING_POINT


def gateway_of(country: str) -> Place:
    """Through which a parcel enters or leaves a country; `ELSEWHERE` for one that is not in the table."""
    return HUBS[country][0] if country in HUBS else ELSEWHERE


def hubs_within(country: str, *without: str) -> list[Place]:
    """The hubs of a country other than the cities named."""
    named = {_plain(city) for city in without}
    return [place for place in HUBS.get(country, ()) if _plain(place.city) not in named]


def known_place(city: str, country: str) -> Place:
    """The place of that name with its state and postcode, where it is in the table."""
    here = (place for place in HUBS.get(country, ()) if _plain(place.city) == _plain(city))
    return next(here, Place(city, country))
