"""The certificate on paper: its words in every alphabet, its archive format, its bytes, what it refuses."""

import hashlib
import io
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

import pypdf
import pytest
import segno

from elearn.certificates.paper import (
    CertificateLettersMissing,
    CertificateTooLong,
    PrintedCertificate,
    print_certificate,
)
from elearn.printing.letters import letters_of
from elearn.printing.words import printable

ENGLISH: Final = PrintedCertificate(
    issuer_name="Financial Intelligence Unit of Arlandia",
    number="CK7Q-4M2X-9RTD-H6WP",
    kind_title="Certificate of completion",
    holder_name="Айгүл Серікқызы Әбдірахманова",
    holder_name_latin="Aigul Abdirakhmanova",
    statement="has completed every module and passed the exam of the course",
    course_title="Effectively countering the financing of terrorism",
    fields=(
        ("Hours of study", "6"),
        ("Result of the exam", "88 of 100, pass line 80"),
        ("Language and version", "English, 1.2.0"),
        ("Completed", "24 November 2026"),
        ("Valid until", "24 November 2028"),
        ("Edition", "Self-study, 2026"),
    ),
    signature_label="Director of the Unit, signature",
    stamp_label="place for the stamp",
    note="This certifies completion of a course, not attendance of a workshop. Every field above is signed; "
    "anyone can check it, online or with the offline page, at",
    verify_url="https://training.fiu.example/v/CK7Q-4M2X-9RTD-H6WP",
    verify_text="training.fiu.example/v",
    language="en",
    issued_at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
)

RUSSIAN: Final = replace(
    ENGLISH,
    issuer_name="Подразделение финансовой разведки Арландии",
    number_label="№",
    kind_title="Свидетельство о прохождении курса",
    holder_name="Сӯҳроб Раҳимӣ Ҷӯраев",
    holder_name_latin="Suhrob Rahimi Jurayev",
    statement="изучил все модули и сдал экзамен курса",
    course_title="Эффективное противодействие финансированию терроризма",
    fields=(
        ("Часов обучения", "6"),
        ("Результат экзамена", "88 из 100, проходной балл 80"),
        ("Язык и версия", "русский, 1.2.0"),
        ("Завершено", "24 ноября 2026 г."),
        ("Действительно до", "24 ноября 2028 г."),
        ("Выпуск", "Самостоятельное обучение, 2026"),
    ),
    signature_label="Руководитель подразделения, подпись",
    stamp_label="место печати",
    note="Подтверждает прохождение курса, а не участие в семинаре. Проверить его может любой:",
    language="ru",
)

NAMES: Final = (
    "Айгүл Серікқызы Әбдірахманова",
    "Сӯҳроб Раҳимӣ Ҷӯраев",
    "Gülşirin Aşyrowa Ňýaz",
    "Oʻgʻiloy Joʻrayeva",
    "Шаҳноза Ҳакимова Ўғли Қодирова",
    "Бекзат Өмүрзаков Үсөн Ңурлан",
)

LONG_NAME: Final = "Абдурахмонзода Гулчеҳранисо Сайидмуҳаммадалиевна Ҳоҷимуҳаммадзода Ҷӯраева-Раҳимӣ"
LONG_TITLE: Final = (
    "Выявление и пресечение финансирования терроризма с использованием новых платёжных технологий: "
    "учебный курс для аналитиков"
)

FONTS: Final = Path(__file__).resolve().parents[2] / "elearn" / "printing" / "fonts"


def read(certificate: PrintedCertificate) -> pypdf.PdfReader:
    """Print a certificate and open it."""
    return pypdf.PdfReader(io.BytesIO(print_certificate(certificate)))


def text_of(certificate: PrintedCertificate) -> str:
    """Print a certificate and give its words in reading order, lines joined."""
    return " ".join(read(certificate).pages[0].extract_text().split())


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_any_alphabet_is_read_back_as_it_was_written(name: str) -> None:
    assert name in read(replace(ENGLISH, holder_name=name)).pages[0].extract_text().splitlines()


@pytest.mark.parametrize("certificate", [ENGLISH, RUSSIAN])
def test_every_word_is_on_the_paper_in_reading_order(certificate: PrintedCertificate) -> None:
    text = text_of(certificate)
    words = [
        certificate.issuer_name,
        f"{certificate.number_label} {certificate.number}",
        certificate.kind_title,
        certificate.holder_name,
        str(certificate.holder_name_latin),
        certificate.statement,
        certificate.course_title,
        certificate.signature_label,
        certificate.stamp_label,
        certificate.note,
        certificate.verify_text,
    ]
    places = [text.index(word) for word in words]

    assert places == sorted(places)
    for label, value in certificate.fields:
        assert f"{label} {value}" in text


def test_it_is_one_page_of_a4_across() -> None:
    pages = read(ENGLISH).pages

    assert len(pages) == 1
    assert [round(float(side) / 72 * 25.4) for side in pages[0].mediabox[2:]] == [297, 210]


def test_it_is_tagged_and_claims_both_standards() -> None:
    reader = read(RUSSIAN)
    root: Any = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_object().get_data().decode()

    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "ru"
    for claim in ("<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"):
        assert claim in metadata


def test_title_author_and_date_are_those_of_the_certificate() -> None:
    metadata = read(ENGLISH).metadata
    assert metadata is not None

    assert metadata.title == (
        "Certificate of completion, Айгүл Серікқызы Әбдірахманова, Effectively countering the financing of terrorism"
    )
    assert metadata.author == ENGLISH.issuer_name
    assert metadata.creation_date == ENGLISH.issued_at


def test_its_typefaces_are_ours_and_travel_with_it() -> None:
    resources: Any = read(ENGLISH).pages[0]["/Resources"]
    fonts = [font.get_object()["/DescendantFonts"][0].get_object() for font in resources["/Font"].values()]

    assert {font["/BaseFont"].split("+")[1].split("-")[0] for font in fonts} == {"Onest", "SourceSerif4"}
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts)


def test_it_leads_to_its_page_of_verification_and_to_nowhere_else() -> None:
    notes: Any = read(ENGLISH).pages[0]["/Annots"]

    assert [note.get_object()["/A"]["/URI"] for note in notes] == [ENGLISH.verify_url]


def test_equal_words_give_equal_bytes_in_any_thread_order_and_zone() -> None:
    almaty = timezone(timedelta(hours=5))
    first = print_certificate(ENGLISH)
    print_certificate(RUSSIAN)
    with ThreadPoolExecutor(4) as threads:
        others = list(threads.map(print_certificate, [ENGLISH, RUSSIAN] * 4))

    assert print_certificate(replace(ENGLISH, issued_at=ENGLISH.issued_at.astimezone(almaty))) == first
    assert set(others[::2]) == {first}
    assert set(others[1::2]) == {print_certificate(RUSSIAN)}


def test_equal_words_give_equal_bytes_in_another_process() -> None:
    words = (
        "import hashlib, sys; sys.path[:0] = sys.argv[1:]; from tests.unit import test_certificate_paper as t; "
        "print(hashlib.sha256(t.print_certificate(t.ENGLISH)).hexdigest())"
    )
    root = Path(__file__).resolve().parents[2]
    answer = subprocess.run(
        [sys.executable, "-c", words, str(root)],
        check=True,
        capture_output=True,
        text=True,
    )

    assert answer.stdout.strip() == hashlib.sha256(print_certificate(ENGLISH)).hexdigest()


@pytest.mark.parametrize(
    "hostile",
    [
        '#import "x"',
        "#panic() #sys.inputs",
        "$x^2$ and $ 5",
        "*not bold* _nor this_",
        "<label> @reference",
        "// no comment /* nor this */",
        "= No heading",
        "\\u{41} \\",
        '"); #read("/etc/passwd") //',
        "https://example.invalid/ is no link",
        "-- --- ... ~ 'quotes' \"quotes\"",
    ],
)
def test_hostile_words_are_printed_as_words(hostile: str) -> None:
    certificate = replace(
        ENGLISH,
        holder_name=hostile,
        course_title=hostile,
        note=hostile,
        fields=((hostile, hostile), *ENGLISH.fields[1:]),
    )
    notes: Any = read(certificate).pages[0]["/Annots"]

    assert text_of(certificate).count(hostile) == 5
    assert len(notes) == 1


def test_controls_neither_turn_nor_break_the_words() -> None:
    certificate = replace(ENGLISH, holder_name="Aigul\u202e\r\nAbdi\u200brakh\u00admanova\t\x00 ")

    assert "Aigul Abdirakhmanova" in read(certificate).pages[0].extract_text().splitlines()


def test_letters_and_their_accents_are_composed() -> None:
    assert printable("Никола\u0438\u0306 Cafe\u0301") == "Никола\u0439 Caf\u00e9"
    assert printable("re\u2011enter\u202fhere") == "re-enter\u00a0here"


def test_letters_without_a_glyph_are_named() -> None:
    with pytest.raises(CertificateLettersMissing) as refusal:
        print_certificate(replace(ENGLISH, holder_name="王 Aigul 😀", statement="ط"))

    assert refusal.value.letters == "ط王😀"
    assert str(refusal.value) == (
        "The certificate cannot be printed: its typefaces lack ط (U+0637), 王 (U+738B), 😀 (U+1F600)."
    )


@pytest.mark.parametrize("certificate", [ENGLISH, RUSSIAN])
def test_long_names_and_titles_stay_on_the_page(certificate: PrintedCertificate) -> None:
    long = replace(
        certificate,
        holder_name=LONG_NAME,
        holder_name_latin="Abdurahmonzoda Gulchehraniso Sayidmuhammadaliyevna Hojimuhammadzoda Jurayeva-Rahimi",
        course_title=LONG_TITLE,
        issuer_name="Комитет по финансовому мониторингу Министерства финансов Республики Арландия",
    )
    text = text_of(long)

    assert len(LONG_NAME) >= 80
    assert len(LONG_TITLE) >= 120
    assert len(read(long).pages) == 1
    for word in (*LONG_NAME.split("-"), *LONG_TITLE.split(), long.issuer_name):
        assert word in text


@pytest.mark.parametrize("name", ["Ш" * 40, "W" * 45])
def test_a_name_that_cannot_be_broken_is_printed_smaller(name: str) -> None:
    assert name in text_of(replace(ENGLISH, holder_name=name))


@pytest.mark.parametrize(
    "changes",
    [
        {"holder_name": "Ш" * 400},
        {"course_title": "слово " * 200},
        {"statement": "слово " * 200},
        {"note": "слово " * 200},
        {"signature_label": "слово " * 60},
        {"issuer_name": "слово " * 100},
        {"fields": (("label", "слово " * 100),)},
        {"fields": (("label", "value"),) * 30},
        {"number": "CK7Q-" * 40},
    ],
)
def test_words_that_fit_at_no_size_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(CertificateTooLong):
        print_certificate(replace(ENGLISH, **changes))


def test_a_name_without_its_latin_form_leaves_no_gap_for_it() -> None:
    text = text_of(replace(ENGLISH, holder_name="Aigul Abdirakhmanova", holder_name_latin=None))

    assert text.count("Aigul Abdirakhmanova") == 1


@pytest.mark.parametrize("language", ["", "english", "en_GB", "e", "ru; #x", "EN"])
def test_a_language_that_is_none_is_refused(language: str) -> None:
    with pytest.raises(ValueError, match="is not a language"):
        print_certificate(replace(ENGLISH, language=language))


@pytest.mark.parametrize("language", ["en", "en-GB", "uz-Cyrl", "uz-Latn-UZ", "tg"])
def test_languages_with_script_and_country_are_taken(language: str) -> None:
    root: Any = read(replace(ENGLISH, language=language)).trailer["/Root"]

    assert str(root["/Lang"]).split("-")[0] == language.split("-", maxsplit=1)[0]


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        print_certificate(replace(ENGLISH, issued_at=ENGLISH.issued_at.replace(tzinfo=None)))


def test_the_code_leads_to_the_page_of_verification(tmp_path: Path) -> None:
    paper = tmp_path / "certificate.pdf"
    paper.write_bytes(print_certificate(ENGLISH))
    painter, decoder = shutil.which("pdftoppm"), shutil.which("zbarimg")
    code = segno.make_qr(ENGLISH.verify_url, error="m", boost_error=False)

    assert code.symbol_size(border=0) == (33, 33)
    if painter and decoder:
        subprocess.run(
            [painter, "-r", "110", "-png", "-singlefile", str(paper), str(tmp_path / "page")],
            check=True,
            capture_output=True,
        )
        answer = subprocess.run(
            [decoder, "-q", "--raw", str(tmp_path / "page.png")], check=True, capture_output=True, text=True
        )
        assert answer.stdout.strip() == ENGLISH.verify_url


def test_every_letter_of_the_seven_languages_is_in_every_typeface() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz абвгдежзийклмнопрстуфхцчшщъыьэюяё"
    further = "әғқңөұүһі ӣӯҳҷ ў äçýňöşüž ğıñ"
    signs = "0123456789.,:;!?()[]/\\'\"@#$%&*+-=<>_{}|~^` ʻʼ’‘“”«»–—…№₸±×−·‹›\u00a0İ"
    wanted = {*letters, *letters.upper(), *further, *further.upper(), *signs}
    fonts = sorted(FONTS.glob("*.ttf"))

    assert len(fonts) == 5
    for font in fonts:
        assert wanted <= letters_of(font.read_bytes())
        assert font.name.startswith("SourceSerif4") or {*"≤≥≈≠"} <= letters_of(font.read_bytes())


def test_a_file_that_is_no_font_has_no_letters() -> None:
    with pytest.raises(ValueError, match="no character map"):
        letters_of(b"\0" * 64)
