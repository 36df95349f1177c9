"""The search on both databases: what it finds, for whom, and that the index follows what is published."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from elearn.catalogue.queries import current_release
from elearn.db.engine import Database
from elearn.search.models import IndexedPassage
from elearn.search.passages import Kind
from elearn.search.queries import hits
from elearn.search.rules import MOST_HITS, Hit
from elearn.search.services import Rebuilt, rebuild_index
from elearn.search.words import readings_of
from tests.factories import a_course, a_person, an_enrolment, course_files
from tests.search_course import search_files

pytestmark = pytest.mark.usefixtures("wired")
LANGUAGES = ("en", "ru", "kk", "ky", "tg", "tk", "uz")
NOBODY = 0


def found(
    session: Session,
    question: str,
    person_id: int = NOBODY,
    *,
    is_loose: bool = False,
    offered: tuple[str, ...] = LANGUAGES,
) -> list[Hit]:
    """What a question finds, the best first."""
    readings = readings_of(question, LANGUAGES, is_loose=is_loose)
    return list(hits(session, readings, person_id=person_id, offered=offered))


def places(found: list[Hit]) -> list[tuple[str, str]]:
    """Where hits are, and in which language."""
    return [(hit.place, hit.language) for hit in found]


def kept(session: Session) -> tuple[int, int]:
    """How many passages there are, and how many of them the engine has words of."""
    words = session.execute(text("SELECT count(*) FROM passage_words")).scalar_one()
    return session.scalar(select(func.count()).select_from(IndexedPassage)) or 0, words


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("frozen funds", "en"),
        ("FUND listing", "en"),
        ("замораживание", "ru"),
        ("Замораживаний средств", "ru"),
        ("включенные в перечень", "ru"),
        ("каражат бугат", "kk"),
        ("қаражат тұлға", "kk"),
        ("каражат тоңдур", "ky"),
        ("маблаг", "tg"),
        ("рӯйхат", "tg"),
        ("serisde", "tk"),
        ("doňdur", "tk"),
        ("mablag'", "uz"),
        ("ro‘yxat", "uz"),
        ("royxatdagi", "uz"),
    ],
)
def test_a_section_is_found_by_its_words_in_every_language(db: Session, question: str, language: str) -> None:
    a_course(db, "words", files=search_files())

    assert ("example/delay", language) in places(found(db, question))


def test_every_word_must_be_there(db: Session) -> None:
    a_course(db, "words", files=search_files())

    assert places(found(db, "quetzal analysts")) == [("example/report", "en")]
    assert found(db, "quetzal elephant") == []


def test_a_loose_question_finds_what_has_some_of_its_words_or_begins_like_them(db: Session) -> None:
    a_course(db, "words", files=search_files())

    assert set(places(found(db, "quetz elephant", is_loose=True))) == {
        ("example/delay", "en"),
        ("example/report", "en"),
    }


def test_a_word_in_a_title_counts_most(db: Session) -> None:
    a_course(db, "words", files=search_files())
    a_course(db, "other", files=course_files("other", module=("Each heading", "A report on a report. Each heading")))

    assert places(found(db, "report"))[0] == ("example/report", "en")


def test_a_course_is_found_by_its_title_and_a_term_by_its_name(db: Session) -> None:
    a_course(db, "words", files=search_files())

    assert [(hit.kind, hit.slug) for hit in found(db, "course of words")] == [(Kind.COURSE, "words")]
    files = search_files("more") | {"glossary.md": b"## Hawala\n\n*Also: hundi*\n\nSends value.\n"}
    a_course(db, "more", files=files)
    assert [(hit.kind, hit.place) for hit in found(db, "hundi")] == [(Kind.TERM, "hawala")]


@pytest.mark.parametrize("word", ["vicuna", "axolotl", "pangolin", "okapi"])
def test_no_answer_and_no_feedback_is_found(db: Session, word: str) -> None:
    a_course(db, "words", files=search_files())

    assert found(db, word) == []
    assert found(db, word, is_loose=True) == []


def test_only_a_language_that_is_offered_or_the_course_s_own_is_found(db: Session) -> None:
    a_course(db, "words", files=search_files())

    assert found(db, "қаражат", offered=("en", "ru")) == []
    assert places(found(db, "frozen", offered=("ru",))) == [("example/delay", "en")]


def test_who_is_enrolled_finds_the_release_they_read_and_others_the_current_one(db: Session) -> None:
    early, late = a_person(db), a_person(db)
    an_enrolment(db, early, a_course(db, "words", files=search_files()))
    changed = search_files()
    changed["01-example/module.md"] = changed["01-example/module.md"].replace(b"quetzal", b"jackdaw")
    new = a_course(db, "words", files=changed)
    an_enrolment(db, late, new)

    assert [hit.is_enrolled for hit in found(db, "quetzal", early.id)] == [True, True]
    assert found(db, "jackdaw", early.id) == []
    assert [hit.is_enrolled for hit in found(db, "jackdaw", late.id)] == [True, True]
    assert found(db, "quetzal", late.id) == []
    assert [(hit.release_id, hit.is_enrolled) for hit in found(db, "jackdaw")] == [(new.release_id, False)] * 2


def test_releases_that_nobody_reads_any_more_leave_the_index(db: Session) -> None:
    reader = a_person(db)
    texts = [search_files() for _ in range(4)]
    for number, files in enumerate(texts):
        files["01-example/module.md"] = files["01-example/module.md"].replace(b"quetzal", b"bird%d" % number)
    an_enrolment(db, reader, a_course(db, "words", files=texts[0]))
    for files in texts[1:]:
        a_course(db, "words", files=files)

    # The first is read, the last is current, and somebody may be enrolling in the one before it just now.
    numbers = db.scalars(select(IndexedPassage.release_id).distinct().order_by(IndexedPassage.release_id)).all()
    assert len(numbers) == 3
    assert kept(db)[0] == kept(db)[1]
    assert found(db, "bird0", reader.id) != []
    assert found(db, "bird2") == []


def test_a_course_published_again_unchanged_is_indexed_once(db: Session) -> None:
    a_course(db, "words", files=search_files())
    before = kept(db)
    a_course(db, "words", files=search_files())

    assert kept(db) == before


def test_a_publication_that_is_undone_leaves_nothing_to_find(database: Database) -> None:
    with database.writing() as session:
        a_course(session, "words", files=search_files())
        session.rollback()
    with database.reading() as session:
        assert kept(session) == (0, 0)


def test_a_rebuild_finds_again_what_was_lost_and_forgets_what_nobody_reads(database: Database) -> None:
    with database.writing() as session:
        for changed in (("hours: 1", "hours: 2"), ("hours: 1", "hours: 3")):
            a_course(session, "words", files=search_files(course=changed))
        whole = found(session, "quetzal")
        session.execute(text("DELETE FROM passage_words"))
        assert found(session, "quetzal") == []
        session.commit()

    done = rebuild_index(database)

    with database.reading() as session:
        current = current_release(session, "words").release_id
        assert found(session, "quetzal") == whole
        assert kept(session) == (done.passages, done.passages)
        assert set(session.scalars(select(IndexedPassage.release_id))) == {current}
    assert (done.releases, done.forgotten) == (1, 1)
    assert rebuild_index(database, only_missing=True) == Rebuilt(0, 0, 0)


def test_what_was_published_before_there_was_an_index_is_added(database: Database) -> None:
    with database.writing() as session:
        a_course(session, "words", files=search_files())
        session.execute(text("DELETE FROM passage_words"))
        session.execute(text("DELETE FROM passage"))
        session.commit()

    assert rebuild_index(database, only_missing=True).releases == 1
    with database.reading() as session:
        assert len(found(session, "quetzal")) == 2


def test_at_most_so_many_are_told_and_one_more(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("elearn.search.queries.MOST_HITS", 1)
    a_course(db, "words", files=search_files())

    assert len(found(db, "quetzal")) == 2 < MOST_HITS


HOSTILE = (
    '"',
    "'",
    '""" \' quetzal',
    "AND",
    "quetzal AND",
    "NOT quetzal",
    "NEAR(quetzal report, 5)",
    "quetzal*",
    "* -quetzal ^quetzal",
    "title : quetzal",
    "{title body} : quetzal",
    "quetzal | ! & <-> ( ) :*",
    "quetzal\\",
    "\x00quetzal\x00",
    "%s %(x)s :q ?1",
    "'; DROP TABLE passage; --",
    "\ud7ff\uffff\U0010ffff",
    "ﬁ ² ½ ① ",
    "quetzal " * 2000,
    "q" * 10_000,
)


def test_nothing_that_is_typed_is_taken_for_an_order(db: Session) -> None:
    a_course(db, "words", files=search_files())
    for question in HOSTILE:
        for is_loose in (False, True):
            found(db, question, is_loose=is_loose)

            assert len(found(db, "quetzal")) == 2, question


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(question=st.text(max_size=120))
def test_whatever_is_typed_gets_an_answer(db: Session, question: str) -> None:
    assert found(db, question) == found(db, question, is_loose=True) == []


def test_a_text_of_every_letter_can_be_indexed_and_found(db: Session) -> None:
    letters = "".join(chr(code) for code in range(0xC0, 0x3000) if chr(code).isalnum())
    words = " ".join(letters[start : start + 9] for start in range(0, len(letters), 9))
    files = search_files()
    files["01-example/module.md"] = LESSON_WITH % words.encode()
    a_course(db, "words", files=files)

    for word in (letters[:9], letters[900:909], words.split()[-1], "0e12x", "1e5"):
        assert found(db, word) != [], word


LESSON_WITH = b"""---
title: Letters
minutes: 5
---
%s 0e12x 1e5

## A section <!-- id: delay -->

Words.
"""
