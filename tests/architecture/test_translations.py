"""Nothing is said in English alone: every message has its Russian, what officers meet has all seven languages."""

import re

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from elearn.core.languages import NAMES, chain
from elearn.web import catalogues
from elearn.web.catalogues import AWAITING, DESK, LEARNER, state_of, strings_of
from tests.tools.translations import (
    AT_LEAST_LEARNERS,
    COMPLETE,
    DESK_FILES,
    ROOT,
    TRANSLATIONS,
    catalogue,
    message_ids,
    said,
)

PLACE = re.compile(r"%\((\w+)\)([sd])")
WRITTEN = (*COMPLETE, *AT_LEAST_LEARNERS)
RUN = "run: python -m tests.tools.translations"


def _template() -> Catalog:
    with (TRANSLATIONS / "messages.pot").open("rb") as source:
        return read_po(source)


def _messages(language: str) -> list[Message]:
    """The messages of a catalogue, without its header."""
    return [message for message in catalogue(language) if message.id]


@pytest.mark.parametrize("found", [pytest.param(catalogue(name), id=name) for name in WRITTEN])
def test_the_catalogue_has_exactly_what_the_source_says(found: Catalog) -> None:
    written, there = said().keys(), message_ids(found)
    assert {"missing": sorted(map(str, written - there)), "unused": sorted(map(str, there - written))} == {
        "missing": [],
        "unused": [],
    }, RUN


def test_the_template_says_who_meets_each_message() -> None:
    there = {}
    for message in _template():
        if message.id:
            name = message.id if isinstance(message.id, str) else (message.id[0], message.id[1])
            there[name] = message.auto_comments == [LEARNER]
    assert there == said(), RUN


@pytest.mark.parametrize("name", DESK_FILES)
def test_every_file_that_officers_do_not_meet_is_there(name: str) -> None:
    folder, _, start = name.rpartition("/")
    place = ROOT / "elearn" / folder
    assert any(path.name.startswith(start) for path in place.iterdir())


@pytest.mark.parametrize("language", COMPLETE)
def test_every_message_is_translated_and_none_is_a_guess(language: str) -> None:
    empty = [message.id for message in catalogue(language) if message.id and (message.fuzzy or not strings_of(message))]
    assert empty == []


@pytest.mark.parametrize("language", AT_LEAST_LEARNERS)
def test_what_officers_meet_is_translated_and_none_of_it_is_a_guess(language: str) -> None:
    found = catalogue(language)
    empty = []
    for name, is_learners in said().items():
        message = found.get(name if isinstance(name, str) else name[0])
        if is_learners and (message is None or message.fuzzy or not strings_of(message)):
            empty.append(name)
    assert empty == []


@pytest.mark.parametrize("language", WRITTEN)
def test_a_translation_has_the_values_of_its_message(language: str) -> None:
    wrong = []
    for message in _messages(language):
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        allowed = {place for each in ids for place in PLACE.findall(each)}
        # A plural form may leave the number out ("one course"), but may not invent a value.
        numbers = {("count", "s"), ("num", "s"), ("num", "d")} if len(ids) > 1 else set()
        for string in strings_of(message):
            used = set(PLACE.findall(string))
            if not allowed - numbers <= used <= allowed | numbers:
                wrong.append((message.id, string))
    assert wrong == []


@pytest.mark.parametrize("language", WRITTEN)
def test_per_cent_signs_are_written_for_values_only_where_there_are_values(language: str) -> None:
    wrong = []
    for message in _messages(language):
        source = message.id if isinstance(message.id, str) else (message.id or ("",))[0]
        for string in strings_of(message):
            if ("%" in PLACE.sub("", string).replace("%%", "")) != ("%" in PLACE.sub("", source).replace("%%", "")):
                wrong.append(string)
    assert wrong == []


@pytest.mark.parametrize("language", WRITTEN)
def test_a_language_has_as_many_plural_forms_as_its_grammar(language: str) -> None:
    """CLDR's forms for whole numbers; it gives Tajik none, and gettext's habit gives it two."""
    forms = {Locale.parse(language).plural_form(number) for number in range(200)}
    expected = 2 if language == "tg" else len(forms)
    found = catalogue(language)
    assert found.num_plurals == expected
    for message in found:
        if message.pluralizable and isinstance(message.id, tuple):
            assert len(message.string or ()) == expected, message.id


@pytest.mark.parametrize("language", AT_LEAST_LEARNERS)
def test_a_catalogue_says_at_its_head_that_it_waits_for_a_native_speaker(language: str) -> None:
    assert AWAITING in (catalogue(language).header_comment or "")


@pytest.mark.parametrize("language", AT_LEAST_LEARNERS)
def test_the_letters_are_those_of_the_language(language: str) -> None:
    """A letter of a neighbour (ў in Kazakh, ә in Kyrgyz), or a look-alike of the other alphabet, is a slip."""
    wrong = []
    for message in _messages(language):
        for string in strings_of(message):
            plain = _ENGLISH.sub("", string)
            if not set(plain.lower()) <= _LETTERS[language] | set(_OTHER):
                wrong.append((string, set(plain.lower()) - _LETTERS[language] - set(_OTHER)))
    assert wrong == []


_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_LETTERS = {
    "kk": set(_RUSSIAN + "әғқңөұүһі"),
    "ky": set(_RUSSIAN + "ңөү"),
    "tg": set("абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшъэюя"),
    "tk": set("abçdeäfghijžklmnňoöprsştuüwyýz"),
    "uz": set("abcdefghijklmnopqrstuvxyzʻʼ"),
}
_OTHER = " \n\u00a0.,:;!?…–—-+=×/()«»“”\"'№±→0123456789%"
_ENGLISH = re.compile(
    r"%\(\w+\)[sd]|\{\w+\}|<[^>]+>|&\w+;|\S*[@_]\S*|--[\w-]+|:?\w+:\w\S*|:all|elearn agency add|a–z"
    r"|\b[A-Z]{1,4}\b|\bF1\b|\"NAME\"|\b(?:officer|trainer|manager|organiser|administrator|response|client_id)\b"
)


def test_uzbek_in_cyrillic_letters_says_what_uzbek_in_latin_ones_says() -> None:
    for name in said():
        latin = catalogues.catalogue("uz").gettext(name) if isinstance(name, str) else ""
        made = catalogues.catalogue("uz-Cyrl").gettext(name) if isinstance(name, str) else ""
        assert PLACE.findall(latin) == PLACE.findall(made)
    assert catalogues.catalogue("uz-Cyrl").gettext("Courses") == "Курслар"
    assert catalogues.catalogue("uz-Cyrl").ngettext("one minute", "%(num)s minutes", 5) == "%(num)s дақиқа"


def test_what_a_language_lacks_is_said_by_the_next_in_its_chain() -> None:
    for language in (*AT_LEAST_LEARNERS, "uz-Cyrl"):
        messages = _messages(language.removesuffix("-Cyrl"))
        lacking = next(each.id for each in messages if isinstance(each.id, str) and not each.string)
        russian = catalogues.catalogue("ru").gettext(lacking)
        assert russian != lacking
        assert catalogues.catalogue(language).gettext(lacking) == russian
        assert catalogues.catalogue(language).gettext("Nobody says this.") == "Nobody says this."


def test_a_message_of_the_next_language_takes_the_plural_form_of_that_language() -> None:
    said_in = catalogues.catalogue("kk")
    name = next(name for name, is_learners in said().items() if not is_learners and not isinstance(name, str))
    russian = catalogues.catalogue("ru")
    for count in (1, 2, 5, 21):
        assert said_in.ngettext(*name, count) == russian.ngettext(*name, count)


@pytest.mark.parametrize("language", NAMES)
def test_the_state_of_a_language_counts_every_message_once(language: str) -> None:
    state = state_of(language)
    assert state.learner.all + state.desk.all == len(said())
    assert state.learner.translated == state.learner.all
    assert state.is_awaiting == (language not in ("en", *COMPLETE))
    assert chain(language)[-1] == "en"


def test_a_message_is_for_officers_or_for_the_desk() -> None:
    assert {comment for message in _template() if message.id for comment in message.auto_comments} == {LEARNER, DESK}
