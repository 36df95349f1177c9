"""The statistics page and its files: who sees whom, what is hidden, what a filter may say."""

import csv
import re
import shutil
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from itertools import product
from pathlib import Path

import html5lib
import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import insert
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.accounts.services import grant_role
from elearn.app import create_app
from elearn.db.engine import Database
from elearn.learning.models import Enrolment
from elearn.learning.rules import OutcomeKind
from elearn.reporting.disclosure import Node
from elearn.reporting.rules import Measure, Period
from elearn.security.policy import Role, ScopeKind
from elearn.settings import Settings
from elearn.wiring import connect_hooks
from tests.checking import HTML, CheckingClient, count_queries, text_of
from tests.factories import a_course, a_person, an_agency, an_enrolment, course_files, learn, writing
from tests.unit.reporting.worlds import World, deduced

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=400)
FORMULA = '=HYPERLINK("http://evil.example","click")'

# agency: country, people enrolled long ago, how many of them completed
SITE = {
    "fiu": ("XA", 6, 2),
    "customs": ("XA", 8, 0),
    "press": ("XA", 3, 1),
    "border": ("XB", 14, 7),
    "police": ("XB", 20, 10),
}


def fill(session: Session) -> None:
    """Agencies with people at different stages of one course, and a second course of few."""
    demo, other = a_course(session), a_course(session, "other", files=course_files("other", "Another course"))
    for code, (country, enrolled, completed) in SITE.items():
        agency = an_agency(session, code, country=country, name=f"{code.title()} of {country}")
        for number in range(enrolled):
            person = a_person(
                session,
                f"{code}{number}",
                agency=agency,
                full_name=f"{code.title()} Person {number}",
                password_hash=None,
            )
            enrolment = an_enrolment(session, person, demo, now=LONG_AGO)
            if number < completed:
                learn(session, enrolment, now=LONG_AGO)
    fiu = an_agency(session, "fiu")
    a_person(session, "manager", agency=fiu, roles=((Role.MANAGER, ScopeKind.ALL),), full_name="The Manager")
    a_person(session, "head", agency=fiu, roles=((Role.MANAGER, ScopeKind.AGENCY),), full_name="The Head")
    a_person(session, "organiser", agency=fiu, roles=((Role.ORGANISER, ScopeKind.ALL),), full_name="The Organiser")
    a_person(session, "officer", agency=fiu, full_name="The Officer")
    newcomer = a_person(session, "newcomer", agency=fiu, full_name="The Newcomer", password_hash=None)
    learn(
        session,
        an_enrolment(session, newcomer, other, now=NOW),
        [(OutcomeKind.SECTION_READ, "example/opening", None)],
        now=NOW,
    )


@pytest.fixture(scope="module")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The filled database, to copy."""
    path = tmp_path_factory.mktemp("statistics") / "elearn.sqlite"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    connect_hooks(Settings())
    with database.writing() as session:
        fill(session)
        session.commit()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


@pytest.fixture
def filled(template: Path, tmp_path: Path, settings: Settings) -> Iterator[Flask]:
    """A site of agencies with people at different stages."""
    path = tmp_path / "filled.sqlite"
    shutil.copy(template, path)
    database = Database(f"sqlite:///{path}")
    app = create_app(settings, database)
    app.test_client_class = CheckingClient
    count_queries(database.engine)
    yield app
    database.dispose()


@pytest.fixture
def visitor(filled: Flask) -> CheckingClient:
    """A client of the filled site, not signed in."""
    found = filled.test_client()
    assert isinstance(found, CheckingClient)
    return found


@pytest.fixture
def as_manager(visitor: CheckingClient) -> CheckingClient:
    """The manager over all, of the agency «fiu»."""
    visitor.sign_in("manager")
    return visitor


def tables(client: CheckingClient, path: str = "/statistics") -> dict[str, list[list[str]]]:
    """The rows of every table of a page, by caption."""
    response = client.get(path)
    assert response.status_code == 200, path
    tree = html5lib.parse(response.get_data(as_text=True))
    found = {}
    for table in tree.iter(f"{HTML}table"):
        caption = next(text_of(node) for node in table.iter(f"{HTML}caption"))
        rows = [
            [text_of(cell) for cell in row if cell.tag in (f"{HTML}th", f"{HTML}td")] for row in table.iter(f"{HTML}tr")
        ]
        found[caption.partition(",")[0]] = rows
    return found


def csv_rows(client: CheckingClient, path: str, separator: str = ",") -> list[list[str]]:
    response = client.get(path)
    assert response.status_code == 200, path
    assert response.mimetype == "text/csv"
    assert response.get_data().startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(response.get_data().decode("utf-8-sig"), newline=""), delimiter=separator))


def xlsx_rows(client: CheckingClient, path: str) -> list[list[object]]:
    response = client.get(path)
    assert response.status_code == 200, path
    book = load_workbook(BytesIO(response.get_data()))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def by_label(rows: list[list[str]]) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in rows[1:]}


# --- who may see what -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "/groups.csv", "/groups.xlsx", "/people.csv", "/people.xlsx"])
def test_an_officer_sees_no_statistics(filled: Flask, visitor: CheckingClient, path: str) -> None:
    visitor.sign_in("officer")
    assert visitor.get(f"/statistics{path}").status_code == 403


@pytest.mark.parametrize("path", ["", "/groups.csv", "/people.xlsx"])
def test_nobody_sees_statistics_without_signing_in(filled: Flask, visitor: CheckingClient, path: str) -> None:
    response = visitor.get(f"/statistics{path}")
    assert response.status_code == 302
    assert response.location.startswith("/sign-in")


def test_a_head_of_an_agency_sees_its_people_and_no_other_agency(filled: Flask, visitor: CheckingClient) -> None:
    visitor.sign_in("head")
    page = visitor.get("/statistics").get_data(as_text=True)
    assert "Fiu Person 0" in page
    for code in ("customs", "press", "border", "police"):
        assert code.title() not in page
    assert "suppressed" not in page


def test_a_manager_over_all_sees_names_of_the_own_agency_only(as_manager: CheckingClient) -> None:
    page = as_manager.get("/statistics").get_data(as_text=True)
    assert "Fiu Person 0" in page
    assert "Customs Person" not in page
    names = [row[0] for row in csv_rows(as_manager, "/statistics/people.csv")[1:]]
    assert "Fiu Person 0" in names
    assert not any(name.startswith(("Customs", "Press", "Border", "Police")) for name in names)


def test_an_organiser_sees_numbers_and_no_names(filled: Flask, visitor: CheckingClient) -> None:
    visitor.sign_in("organiser")
    page = visitor.get("/statistics").get_data(as_text=True)
    assert "Person 0" not in page
    assert "People and courses" not in page
    assert "Needs attention" not in page
    for kind in ("csv", "xlsx"):
        assert visitor.get(f"/statistics/people.{kind}").status_code == 403


def test_who_is_both_manager_and_organiser_sees_the_people_of_the_own_agency(
    filled: Flask, visitor: CheckingClient
) -> None:
    with writing(filled) as session:
        both = a_person(session, "both", agency=an_agency(session, "border"), roles=((Role.ORGANISER, ScopeKind.ALL),))
        grant_role(session, both, Role.MANAGER, ScopeKind.AGENCY, agency=an_agency(session, "border"))
    visitor.sign_in("both")
    page = visitor.get("/statistics").get_data(as_text=True)
    assert "Border Person 0" in page
    assert "Fiu Person" not in page


# --- what is hidden ---------------------------------------------------------------------------------------------------


def test_a_small_agency_is_hidden_with_the_next_smallest_and_the_own_is_not(as_manager: CheckingClient) -> None:
    rows = by_label(tables(as_manager, "/statistics?course=demo&by=agency")["Agencies"])
    enrolled = {label.partition(" ")[0]: values[0] for label, values in rows.items()}
    assert enrolled["Fiu"] == "6"
    assert enrolled["Press"] == "hidden"
    assert enrolled["Customs"] == "hidden"
    assert enrolled["Border"] == "14"
    assert enrolled["Police"] == "20"
    assert enrolled["All"] == "51"


def test_what_is_hidden_says_why(as_manager: CheckingClient) -> None:
    page = as_manager.get("/statistics?course=demo&by=agency").get_data(as_text=True)
    assert "fewer than 5 people" in page
    files = csv_rows(as_manager, "/statistics/groups.csv?course=demo&by=agency")
    assert any("hidden (under 5" in cell for row in files for cell in row)


PATHS = [
    f"?{'&'.join(part for part in (course, where, period, f'by={by}') if part)}"
    for course in ("", "course=demo", "course=other")
    for where in ("", "country=XA", "country=XB", "agency=press", "agency=border", "agency=fiu")
    for period in ("", "period=month", "period=3-months", "period=12-months")
    for by in ("agency", "country", "course")
]


def test_no_page_and_no_file_shows_a_number_of_one_to_four_of_those_who_are_compared(
    filled: Flask, visitor: CheckingClient
) -> None:
    visitor.sign_in("organiser")
    shown = set()
    for path in PATHS[::5]:
        for rows in tables(visitor, f"/statistics{path}").values():
            shown |= {cell for row in rows[1:] for cell in row[1:]}
        shown |= {cell for row in csv_rows(visitor, f"/statistics/groups.csv{path}")[1:] for cell in row[1:]}
    numbers = {int(cell) for cell in shown if cell.isdigit()}
    assert numbers & {1, 2, 3, 4} == set()
    assert {17, 34} <= numbers


def test_all_files_together_agree_and_give_nothing_away(filled: Flask, visitor: CheckingClient) -> None:
    """Every choice of filters is asked for; somebody who lays all answers side by side still works nothing out."""
    visitor.sign_in("organiser")
    agencies = {f"{code.title()} of {country}": (code, country) for code, (country, _, _) in SITE.items()}
    numbers = {code: number for number, code in enumerate(SITE, 1)}
    courses = {"A small course": 1, "Another course": 2}
    known: dict[tuple[Node, Measure, Period, int], int | None] = {}

    def note(node: Node, period: Period, course: int, cells: list[str]) -> None:
        for measure, cell in zip(Measure, cells, strict=True):
            key = (node, measure, Period.ALL if measure is Measure.ACTIVE else period, course)
            value = int(cell) if cell.isdigit() else None
            assert known.setdefault(key, value) == value, key

    for period, slug in product(Period, ("", "demo", "other")):
        course = {"": 0, "demo": 1, "other": 2}[slug]
        about = f"course={slug}&period={period}"
        for row in csv_rows(visitor, f"/statistics/groups.csv?{about}&by=agency")[1:]:
            code, _ = agencies.get(row[0], ("", ""))
            note(Node(agency=numbers[code]) if code else Node(), period, course, row[2:])
        for row in csv_rows(visitor, f"/statistics/groups.csv?{about}&by=country")[1:]:
            note(Node(country=row[0][-2:]) if row[0].startswith("Country") else Node(), period, course, row[1:])
        for where in ("country=XA", "country=XB", *(f"agency={code}" for code in SITE)):
            kind, _, name = where.partition("=")
            node = Node(country=name) if kind == "country" else Node(agency=numbers[name])
            for row in csv_rows(visitor, f"/statistics/groups.csv?{about}&{where}&by=course")[1:]:
                note(node, period, courses.get(row[0], 0), row[1:])
    world = World({number: SITE[code][0] for code, number in numbers.items()}, 2, ())
    assert set(known) == set(world.cells())
    assert None in known.values()
    for cell, (low, high) in deduced(world, known).items():
        assert known[cell] is not None or low < high, cell


def test_page_csv_and_xlsx_show_the_same(as_manager: CheckingClient) -> None:
    for path in PATHS[::7]:
        name = tables(as_manager, f"/statistics{path}")
        page = next(rows for caption, rows in name.items() if caption in ("Agencies", "Countries", "Courses"))
        for read in (
            csv_rows(as_manager, f"/statistics/groups.csv{path}"),
            xlsx_rows(as_manager, f"/statistics/groups.xlsx{path}"),
        ):
            file = [[str(cell) for cell in row] for row in read]
            if file[0][1] == "Country":
                file = [[row[0], *row[2:]] for row in file]
            assert [["hidden" if "hidden" in cell else cell for cell in row[1:]] for row in file] == [
                row[1:] for row in page
            ]


def test_the_filters_decide_what_is_counted_and_not_what_is_hidden(as_manager: CheckingClient) -> None:
    alone = by_label(tables(as_manager, "/statistics?course=demo&agency=customs&by=course")["Courses"])
    assert alone["A small course"][0] == "hidden"
    country = by_label(tables(as_manager, "/statistics?course=demo&country=XA&by=agency")["Agencies"])
    assert country["All agencies"][0] == "17"
    assert {values[0] for label, values in country.items() if label.startswith(("Press", "Customs"))} == {"hidden"}


def test_the_threshold_is_a_setting(filled: Flask, visitor: CheckingClient) -> None:
    filled.config["SETTINGS"] = filled.config["SETTINGS"].model_copy(update={"suppress_below": 10})
    visitor.sign_in("organiser")
    rows = by_label(tables(visitor, "/statistics?course=demo&by=agency")["Agencies"])
    assert {label: values[0] for label, values in rows.items() if "Fiu" in label or "Police" in label} == {
        "Fiu of XAXA"[:9] + "Country XA": "hidden",
        "Police of XB" + "Country XB": "20",
    }


# --- filters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "course=nothing",
        "country=ZZ",
        "agency=nothing",
        "country=XA&agency=border",
        "period=week",
        "by=person",
        "people=absent",
        "page=0",
        "page=-1",
        "page=1e9",
        "page=٣",
        "agency=" + "x" * 3000,
    ],
)
def test_an_unknown_filter_gets_a_sentence(as_manager: CheckingClient, query: str) -> None:
    for path in ("/statistics", "/statistics/groups.csv", "/statistics/people.xlsx"):
        response = as_manager.get(f"{path}?{query}")
        assert response.status_code == 422
        assert "not among the choices" in response.get_data(as_text=True)


def test_an_agency_out_of_reach_is_answered_as_one_that_does_not_exist(filled: Flask, visitor: CheckingClient) -> None:
    visitor.sign_in("head")
    answers = [visitor.get(f"/statistics?agency={code}") for code in ("border", "nobody")]
    assert {answer.status_code for answer in answers} == {422}
    first, second = (re.sub('value="[^"]*"', "", answer.get_data(as_text=True)) for answer in answers)
    assert first.replace("border", "nobody") == second


def test_the_filters_stay_in_the_addresses_of_the_files(as_manager: CheckingClient) -> None:
    page = as_manager.get("/statistics?course=demo&country=XA&period=12-months").get_data(as_text=True)
    for name in ("groups.csv", "groups.xlsx", "people.csv", "people.xlsx"):
        assert f"/statistics/{name}?course=demo&amp;country=XA&amp;period=12-months" in page


def test_the_period_counts_what_came_about_in_it(filled: Flask, visitor: CheckingClient) -> None:
    visitor.sign_in("head")
    rows = by_label(tables(visitor, "/statistics?period=month&by=course")["Courses"])
    assert rows["A small course"] == ["0", "0", "0", "0"]
    assert rows["Another course"] == ["1", "1", "0", "0"]
    rows = by_label(tables(visitor, "/statistics?by=course")["Courses"])
    assert rows["A small course"] == ["6", "0", "2", "2"]
    assert rows["All courses, each person once"] == ["7", "1", "2", "2"]


# --- people -----------------------------------------------------------------------------------------------------------


def test_the_sheet_tells_where_each_person_stands(filled: Flask, visitor: CheckingClient) -> None:
    visitor.sign_in("head")
    rows = by_label(tables(visitor)["People and courses"])
    assert rows["Fiu Person 0"][0] == "certified, 100"
    assert rows["Fiu Person 5"][0] == "not started"
    assert rows["The Newcomer"][0] == "–not enrolled"
    assert rows["The Newcomer"][1].startswith("modules read: 0 of")
    assert rows["The Newcomer"][2] == "today"
    file = csv_rows(visitor, "/statistics/people.csv")
    assert file[0][:5] == ["Name", "Name in Latin letters", "Agency", "Country", "A small course"]
    certified = next(row for row in file if row[0] == "Fiu Person 0")
    assert certified[4:6] == ["certified", "100"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", certified[6])


def test_a_sheet_of_many_people_has_pages_and_its_file_has_all(filled: Flask, visitor: CheckingClient) -> None:
    with writing(filled) as session:
        for number in range(560):
            a_person(session, f"many{number}", agency=an_agency(session, "fiu"), password_hash=None)
    visitor.sign_in("head")
    seen = []
    for page in range(1, 13):
        sheet = tables(visitor, f"/statistics?page={page}")["People and courses"]
        seen += [row[0] for row in sheet[1:]]
    file = [row[0] for row in csv_rows(visitor, "/statistics/people.csv")[1:]]
    assert len(seen) == len(set(seen)) == 571
    assert seen == file
    assert "Nobody here is like that" in visitor.get("/statistics?page=13").get_data(as_text=True)


def test_who_stopped_is_named_where_attention_is_needed(filled: Flask, visitor: CheckingClient) -> None:
    visitor.sign_in("head")
    page = visitor.get("/statistics").get_data(as_text=True)
    assert "4 people have learnt nothing for a month: Fiu Person 2, Fiu Person 3, Fiu Person 4 and others" in page
    names = [row[0] for row in tables(visitor, "/statistics?course=demo&people=stalled")["People and courses"][1:]]
    assert names == [f"Fiu Person {number}" for number in range(2, 6)]


def test_a_closed_account_stays_in_the_sheet_if_it_learnt(filled: Flask, visitor: CheckingClient) -> None:
    with writing(filled) as session:
        for name in ("learnt", "never"):
            person = a_person(session, name, full_name=f"Closed {name}", agency=an_agency(session, "fiu"))
            if name == "learnt":
                learn(session, an_enrolment(session, person, now=LONG_AGO), now=LONG_AGO)
            person.disabled_at = NOW
    visitor.sign_in("head")
    names = [row[0] for row in tables(visitor)["People and courses"][1:]]
    assert "Closed learnt account closed" in names
    assert not any("never" in name for name in names)


# --- files ------------------------------------------------------------------------------------------------------------


def test_no_cell_of_a_file_begins_a_formula(filled: Flask, visitor: CheckingClient) -> None:
    names = [FORMULA, "+1", "-1+1", "@SUM(A1)", "＝1", "  =1", "a;=1", "a,=1", 'a","=1', "\u200b=1"]
    with writing(filled) as session:
        for number, name in enumerate(names):
            # no form lets such a name in, but an import or a mistake might
            person = a_person(session, f"evil{number}", agency=an_agency(session, "fiu"))
            person.full_name = person.latin_name = name
    visitor.sign_in("head")
    danger = re.compile(r"^[\s\"'\u200b]*[=+\-@＝＋－＠]|[;,\t\r\n|][\s\"]*[=+\-@＝＋－＠]")
    for row in csv_rows(visitor, "/statistics/people.csv"):
        assert not any(danger.search(cell.removeprefix("'")) and not cell.startswith("'") for cell in row), row
        for separator in ";,\t|":
            for cell in row:
                assert not any(re.match(r"[\s\"]*[=+\-@＝＋－＠]", piece) for piece in cell.split(separator)), cell
    response = visitor.get("/statistics/people.xlsx")
    book = load_workbook(BytesIO(response.get_data()))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert any("HYPERLINK" in str(cell.value) for cell in cells)


def test_files_are_attachments_with_a_name_and_a_date_and_are_not_kept(as_manager: CheckingClient) -> None:
    for path, name in (
        ("groups.csv?by=agency", "statistics-agencies"),
        ("groups.xlsx?by=country", "statistics-countries"),
        ("people.csv", "people"),
        ("people.xlsx", "people"),
    ):
        response = as_manager.get(f"/statistics/{path}")
        kind = path.split("?")[0].rpartition(".")[2]
        assert re.fullmatch(
            rf'attachment; filename="?{name}-\d{{4}}-\d\d-\d\d\.{kind}"?', response.headers["Content-Disposition"]
        )
        assert response.headers["Cache-Control"] == "no-store"
        assert int(response.headers["Content-Length"]) == len(response.get_data())


def test_the_separator_is_that_of_the_language_so_that_excel_splits_the_line(as_manager: CheckingClient) -> None:
    rows = csv_rows(as_manager, "/statistics/groups.csv?by=agency&lang=ru", ";")
    assert len(rows[0]) == 6
    assert len(csv_rows(as_manager, "/statistics/groups.csv?by=agency&lang=en")[0]) == 6


def test_a_spreadsheet_has_numbers_as_numbers_and_a_sheet_about_it(as_manager: CheckingClient) -> None:
    rows = xlsx_rows(as_manager, "/statistics/groups.xlsx?course=demo&by=agency")
    assert rows[-1][2] == 51
    book = load_workbook(BytesIO(as_manager.get("/statistics/groups.xlsx?course=demo&by=agency").get_data()))
    about = {row[0]: row[1] for row in book.worksheets[1].iter_rows(values_only=True)}
    assert about["Course"] == "A small course"
    assert "fewer than 5" in str(about["Hidden"])
    assert book.worksheets[0].freeze_panes == "B2"


def test_a_site_without_anybody_enrolled_has_a_page(site: Flask, client: CheckingClient) -> None:
    with writing(site) as session:
        a_person(session, "manager", roles=((Role.MANAGER, ScopeKind.ALL),))
    client.sign_in("manager")
    page = client.get("/statistics").get_data(as_text=True)
    assert "Nothing to draw." in page
    assert client.get("/statistics/groups.xlsx").status_code == 200
    assert client.get("/statistics/people.csv").status_code == 200


def test_markup_in_names_stays_text(filled: Flask, visitor: CheckingClient) -> None:
    with writing(filled) as session:
        agency = an_agency(session, "odd", name="<script>alert(1)</script>", country="XA")
        for number in range(6):
            person = a_person(session, f"odd{number}", agency=agency)
            person.full_name = '"><img src=x onerror=alert(1)>'
            an_enrolment(session, person, now=LONG_AGO)
        a_person(session, "oddhead", agency=agency, roles=((Role.MANAGER, ScopeKind.ALL),))
    visitor.sign_in("oddhead")
    page = visitor.get("/statistics?by=agency").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.drill
def test_a_sheet_of_twenty_thousand_people_is_written_in_little_memory(filled: Flask, visitor: CheckingClient) -> None:
    with writing(filled) as session:
        agency, now = an_agency(session, "fiu"), LONG_AGO
        release = a_course(session)
        people = [
            {"id": n, "public_id": f"x{n}", "sign_in_name": f"x{n}", "full_name": f"Person {n}", "agency_id": agency.id}
            for n in range(1000, 21_000)
        ]
        session.execute(insert(Person), [person | {"created_at": now} for person in people])
        session.execute(
            insert(Enrolment),
            [
                {
                    "person_id": person["id"],
                    "course_id": release.course_id,
                    "release_id": release.release_id,
                    "agency_id": agency.id,
                    "enrolled_at": now,
                    "active_at": now,
                    "tally": {"read": [], "scores": {}},
                }
                for person in people
            ],
        )
    visitor.sign_in("head")
    for kind in ("csv", "xlsx"):
        tracemalloc.start()
        response = visitor.get(f"/statistics/people.{kind}")
        size = sum(len(piece) for piece in response.iter_encoded())
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        response.close()
        assert size > 300_000
        assert peak < 24 * 1024 * 1024, f"{kind}: {peak:,} bytes"
