"""Days as people write them, by CLDR."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton


@lru_cache(maxsize=256)
def _known(locale: str) -> Locale:
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def _joint(locale: Locale) -> str:
    """What stands between weekday and day; CLDR has no form of its own with both words whole in every language."""
    forms = locale.datetime_skeletons
    form = forms.get("MMMMEEEEd") or forms.get("MMMEd")
    return ", " if form is not None and "E," in form.pattern else " "


class CldrDates:
    def day(self, moment: datetime, locale: str, time_zone: str) -> str:
        """'Tuesday 24 November', 'Dienstag, 24. November', in the locale's language and the zone's day."""
        local = moment.astimezone(ZoneInfo(time_zone))
        known = _known("en_GB" if locale == "en" else locale)
        return f"{format_date(local, 'EEEE', known)}{_joint(known)}{format_skeleton('MMMMd', local, locale=known)}"
