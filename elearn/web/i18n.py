"""The language of a page: which one, its words (from ``catalogues``), and dates and numbers in it.

``?lang=ru`` on any page sets the language and is remembered in a cookie, before sign-in too; then comes the person's
own choice, then what the browser asks for, then the site's default.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, get_timezone_location
from babel.numbers import format_decimal
from flask import Flask, current_app, g, request
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from elearn.core.languages import NAMES, offered_as
from elearn.markup.safe import foreign, translated
from elearn.web.catalogues import catalogue
from elearn.web.identity import identity_or_none

__all__ = ["NAMES", "catalogue"]  # for who shows a page; they stand in modules that need no request

_DAYS: Final = {
    ("en", "long"): "d MMMM y",
    ("en", "full"): "EEEE d MMMM y",
    ("ru", "long"): "d MMMM y",
    ("ru", "full"): "EEEE d MMMM y",
}
"""Days in words where the language's own form says more than is needed here («2026 г.»)."""


@cache
def locale_of(language: str) -> Locale:
    """What Babel knows about a language; English in the British manner."""
    return Locale.parse("en_GB" if language == "en" else language.replace("-", "_"))


def language() -> str:
    """The language of this page."""
    here = g._get_current_object()  # once, as a page asks a hundred times
    found: str | None = here.get("language")
    if found is None:
        found = here.language = _choose()
    return found


def _choose() -> str:
    offered: tuple[str, ...] = current_app.config["LANGUAGES"]
    asked = request.args.get("lang")
    if asked in offered:
        g.set_language = asked
        return asked
    remembered = request.cookies.get(language_cookie())
    if remembered in offered:
        return remembered
    person = identity_or_none()
    if person is not None and person.language in offered:
        return person.language
    default: str = current_app.config["DEFAULT_LANGUAGE"]
    # In the order of preference: ru-RU, ru-KZ and ru are all Russian. (best_match would take a later exact one.)
    for asked_for, quality in request.accept_languages:
        found = offered_as(asked_for, offered) if quality > 0 else None
        if found is not None:
            return found
    return default


def language_cookie() -> str:
    """The name of the cookie that remembers the language chosen on this browser."""
    return "__Host-elearn-lang" if current_app.config["IS_SECURE"] else "elearn-lang"


def remember_language(response: Response) -> Response:
    """Keep the language asked for by ``?lang=`` in a cookie."""
    asked: str | None = g.pop("set_language", None)
    if asked is not None and request.cookies.get(language_cookie()) != asked:
        response.set_cookie(
            language_cookie(),
            asked,
            max_age=365 * 86400,
            samesite="Lax",
            httponly=True,
            secure=current_app.config["IS_SECURE"],
            path="/",
        )
    return response


def forget_language(response: Response) -> Response:
    """Forget the language that was chosen on this browser."""
    response.delete_cookie(
        language_cookie(), path="/", samesite="Lax", httponly=True, secure=current_app.config["IS_SECURE"]
    )
    return response


def gettext(message: str, **values: Any) -> str:
    """The message in the language of the page, with its values."""
    return gettext_in(language(), message, **values)


def gettext_in(language: str, message: str, /, **values: Any) -> str:
    """The message in a language, with its values."""
    text: str = catalogue(language).gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, count: int, **values: Any) -> str:
    """The message in the plural form of ``count`` (given to it as ``%(count)s``)."""
    return ngettext_in(language(), singular, plural, count, **values)


def ngettext_in(language: str, singular: str, plural: str, count: int, /, **values: Any) -> str:
    """The message in a language and in the plural form of ``count``."""
    text: str = catalogue(language).ngettext(singular, plural, count)
    return text % ({"count": count, "num": count} | values)


def marked(message: str) -> str:
    """Mark a message for translation where it is written; it is translated where it is shown."""
    return message


def marked_forms(singular: str, plural: str) -> tuple[str, str]:
    """Mark the two forms of a message with a number, as :func:`marked` marks one."""
    return singular, plural


def said(text: str, found_in: str) -> Markup:
    """Words of a course, marked with their language where it is not that of the page (WCAG 2.2, 3.1.2)."""
    return escape(text) if not text or found_in == language() else foreign(text, found_in)


def zone() -> ZoneInfo:
    """The site's time zone."""
    return ZoneInfo(current_app.config["TIMEZONE"])


def day(value: date | datetime, form: str = "long") -> str:
    """A day in words, in the order of the language: 24 November 2026, 2026 ж. 24 қараша.

    ``form`` "full" has the day of the week; any other is a pattern of CLDR.
    """
    if isinstance(value, datetime):
        value = value.astimezone(zone())
    return day_in(language(), value, form)


def day_in(language: str, value: date, form: str = "long") -> str:
    """A day in words, in the order of a language; ``form`` as of :func:`day`."""
    text: str = format_date(value, _DAYS.get((language, form), form), locale=locale_of(language))
    return text


def instant(value: datetime) -> str:
    """A day with its time, in the site's zone: 24 November 2026, 16:05."""
    return f"{day(value)}, {clock_time(value)}"


def clock_time(value: datetime) -> str:
    """The time of day in the site's zone: 16:05, as every language of the site writes it."""
    return f"{value.astimezone(zone()):%H:%M}"


def number(value: Decimal | int | float) -> str:
    """A number as the language writes it."""
    return number_in(language(), value)


def number_in(language: str, value: Decimal | int | float) -> str:
    """A number as a language writes it."""
    text: str = format_decimal(value, locale=locale_of(language))
    return text


def separator() -> str:
    """What separates the cells of a CSV file in this language: a comma, or a semicolon where one writes 0,5."""
    return ";" if "," in number(Decimal("0.5")) else ","


@cache
def _city(timezone: str, locale: str) -> str:
    """The city a time zone is named after."""
    found: str = get_timezone_location(timezone, locale=locale_of(locale), return_city=True)
    return found


def city() -> str:
    """The city whose time the site keeps, in the language of the page."""
    return _city(current_app.config["TIMEZONE"], language())


def _in_template(message: str, /, **values: Any) -> Markup:
    """``_`` of templates: what Jinja's own does at four times the price."""
    text = translated(catalogue(language()).gettext(message))
    return text % values if "%" in text else text


def _plural_in_template(singular: str, plural: str, count: int, /, **values: Any) -> Markup:
    """``ngettext`` of templates; the count is given to the message as ``%(num)s`` too."""
    text = translated(catalogue(language()).ngettext(singular, plural, count))
    return text % ({"num": count} | values) if "%" in text else text


def init_i18n(app: Flask) -> None:
    """Give templates ``_``, ``ngettext``, ``{% trans %}`` and the filters for dates and numbers."""
    env = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    env.newstyle_gettext = True  # type: ignore[attr-defined] # trans gives its values to the message's function
    env.globals.update(_=_in_template, gettext=_in_template, ngettext=_plural_in_template)
    env.filters.update(day=day, instant=instant, clock_time=clock_time, number=number)
