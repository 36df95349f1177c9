"""What names, addresses and codes may hold."""

import pytest

from elearn.accounts.rules import (
    BadAgencyCode,
    BadCountryCode,
    BadEmail,
    BadFullName,
    BadLatinName,
    BadName,
    BadTitle,
    checked_agency_code,
    checked_country_code,
    checked_email,
    checked_full_name,
    checked_latin_name,
    checked_name,
    checked_title,
    folded_name,
    name_hash,
    session_reference,
    visible,
)

NAMES = [
    "Айгүл Серікқызы Әбдірахманова",
    "Чыңгыз Өмүралиев",
    "Фаррух Ҷӯраев",
    "Сӯҳроб Ғафурӣ Қодиров",
    "Gülşirin Aşyrowa",
    "Batyr Nyýazow Žumageldi",
    "Oʻgʻiloy Joʻrayeva",
    "Oʼgʼiloy Jo’rayeva",
    "O'ktam G‘aniyev",
    "Шерзод Йўлдошев",
    "Семён Петров-Водкин мл.",
    "Anne-Marie O'Neil (Smith)",
    "Person Number 12",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_may_be_written_in_each_of_the_six_alphabets(name: str) -> None:
    assert checked_full_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "...",
        "12",
        "A\nB",
        "A\tB",
        "A\x00B",
        "Ivan\u202egnitirw",
        "Ivan\u2066x",
        "Ivan\u200bPetrov",
        "Ivan\u200fPetrov",
        "Ivan\u00adPetrov",
        "\u3164\u3164a",
        "Z\u0335\u0336\u0337\u0338a",
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "=HYPERLINK(1)",
        "+1 cmd",
        "a@b",
        "{{ 7*7 }}",
        "\ud800x",
        "\ue000x",
        "x" * 201,
    ],
)
def test_a_name_has_no_markup_controls_or_invisible_characters(name: str) -> None:
    with pytest.raises(BadFullName):
        checked_full_name(name)


def test_a_name_is_stored_composed_with_single_spaces() -> None:
    assert checked_full_name("  Андрей\u00a0 Ио\u0438\u0306  ") == "Андрей Иой"


def test_a_latin_name_has_latin_letters_alone_and_may_be_missing() -> None:
    assert checked_latin_name(None) is None
    assert checked_latin_name("  ") is None
    assert checked_latin_name("Oʻgʻiloy Joʻrayeva-Öz") == "Oʻgʻiloy Joʻrayeva-Öz"
    for name in ("Айгүл", "Aigul Әбді", "Rustаm", "Ηλίας", "<b>"):  # the third holds a Cyrillic а
        with pytest.raises(BadLatinName):
            checked_latin_name(name)


@pytest.mark.parametrize("typed", ["a.serikova", " A.Serikova ", "ａ.ｓｅｒｉｋｏｖａ", "A.SERIKOVA"])
def test_a_sign_in_name_is_one_however_it_is_typed(typed: str) -> None:
    assert checked_name(typed) == "a.serikova"
    assert name_hash(typed) == name_hash("a.serikova")


@pytest.mark.parametrize("typed", ["", "a", "иван", "a b", "a/b", "x" * 61, "a\x00b", "a<b", "ab\u202e"])
def test_a_sign_in_name_can_be_typed_on_every_keyboard(typed: str) -> None:
    with pytest.raises(BadName) as refusal:
        checked_name(typed)
    assert "\x00" not in str(refusal.value)
    assert "\u202e" not in str(refusal.value)


def test_a_refused_name_with_a_per_cent_sign_is_shown_as_it_is() -> None:
    with pytest.raises(BadName, match="50%s is not one"):
        checked_name("50%s")


def test_folding_leaves_what_is_stored() -> None:
    assert folded_name("i.petrov") == "i.petrov"


def test_what_cannot_be_seen_is_shown_as_a_question_mark() -> None:
    assert visible("a\x1b[31m\u202eb") == "a?[31m?b"


def test_an_email_is_optional_and_looked_at_for_its_shape() -> None:
    assert checked_email("") is None
    assert checked_email(" n.k@unit.example ") == "n.k@unit.example"
    assert checked_email("имя@почта.рф") == "имя@почта.рф"
    for wrong in ("n", "n@", "@unit.example", "n@unit", "n k@unit.example", "n@-unit.example", "a@b@c.example"):
        with pytest.raises(BadEmail):
            checked_email(wrong)
    for wrong in ("n@unit..example", "n@unit.example\nBcc: x@y.z", "<n>@unit.example", "n" * 250 + "@unit.example"):
        with pytest.raises(BadEmail):
            checked_email(wrong)


def test_codes_of_agencies_and_countries_are_plain() -> None:
    assert checked_agency_code(" kz-fiu ") == "kz-fiu"
    assert checked_country_code("kz") == "KZ"
    for wrong in ("", "a", "a b", "a:b", "-a", "ф1", "x" * 41):
        with pytest.raises(BadAgencyCode):
            checked_agency_code(wrong)
    for wrong in ("", "K", "KAZ", "К2", "КЗ"):  # the last two are Cyrillic
        with pytest.raises(BadCountryCode):
            checked_country_code(wrong)


def test_the_name_of_an_agency_may_hold_quotation_marks_and_numbers() -> None:
    assert checked_title("  ФГКУ «Центр № 2»  & Co. ") == "ФГКУ «Центр № 2» & Co."
    for wrong in ("", " ", "A\nB", "A\u202eB", "x" * 201):
        with pytest.raises(BadTitle):
            checked_title(wrong)


def test_the_reference_of_a_session_is_not_its_hash() -> None:
    assert session_reference("ab" * 32) not in "ab" * 32
    assert session_reference("ab" * 32) == session_reference("ab" * 32)
