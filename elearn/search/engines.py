"""The full-text engines of the two databases behind one interface: FTS5 of SQLite, tsvector of PostgreSQL.

Both get words that were folded and stemmed before, so both find the same. ``passage_words`` has a row for each passage,
``rowid`` is its number; each engine made the table in its own way (see the migrations), so no model describes it.
A word that is asked for is only letters and digits, between quotation marks: nothing in it can be an operator.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Select,
    Text,
    cast,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.orm import Session

from elearn.search.words import Reading

_KEPT = table(
    "passage_words",
    column("rowid", Integer),
    *(column(name, Text) for name in ("title", "headings", "body")),
    column("words", TSVECTOR),
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a passage as they are compared, those of its title and of the headings around it apart."""

    title: str
    headings: str
    body: str


class FullText(Protocol):
    """Keeps the words of passages, and matches them."""

    def add(self, session: Session, words: Sequence[tuple[int, Words]]) -> None:
        """Keep the words of passages, each with its number."""

    def found(self, reading: Reading) -> Select[int, float]:
        """The numbers of the passages that a reading asks for, of whatever language, with a rank: the best is least.

        The columns are called ``id`` and ``rank``.
        """


def full_text(session: Session) -> FullText:
    """The engine of a session's database."""
    return _Sqlite() if session.get_bind().dialect.name == "sqlite" else _Postgres()


def remove_words(session: Session, passages: Select[int]) -> None:
    """Forget the words of these passages."""
    session.execute(delete(_KEPT).where(_KEPT.c.rowid.in_(passages)))


class _Sqlite:
    """FTS5 ranks by BM25; a word of a title weighs as much as ten of the body, one of a heading as three."""

    def add(self, session: Session, words: Sequence[tuple[int, Words]]) -> None:
        rows = [
            {"rowid": number, "title": each.title, "headings": each.headings, "body": each.body}
            for number, each in words
        ]
        session.execute(insert(_KEPT), rows)

    def found(self, reading: Reading) -> Select[int, float]:
        rank: ColumnElement[float] = literal_column("bm25(passage_words, 10.0, 3.0, 1.0)", Float)
        joint = " OR " if reading.is_any else " AND "
        question = joint.join(f'"{term.word}"{" *" if term.is_beginning else ""}' for term in reading.terms)
        matches: ColumnElement[bool] = literal_column("passage_words").op("MATCH", is_comparison=True)(question)
        return _numbers(rank).where(matches)


class _Postgres:
    """A tsvector keeps where each word stands and what in; of a title it weighs 1, of a heading 0.3, of the body 0.1.

    It is written out here: the parser of ``to_tsvector`` would take some words apart (``0e12x``).
    """

    def add(self, session: Session, words: Sequence[tuple[int, Words]]) -> None:
        session.execute(insert(_KEPT), [{"rowid": number, "words": _vector(each)} for number, each in words])

    def found(self, reading: Reading) -> Select[int, float]:
        joint = " | " if reading.is_any else " & "
        question = cast(
            joint.join(f"'{term.word}'{':*' if term.is_beginning else ''}" for term in reading.terms), TSQUERY
        )
        rank = -func.ts_rank(_WEIGHTS, _KEPT.c.words, question)
        return _numbers(rank).where(_KEPT.c.words.op("@@", is_comparison=True)(question))


_WEIGHTS: ColumnElement[Any] = literal_column("'{0.1, 0.1, 0.3, 1}'::real[]")
_LAST_POSITION = 16_383  # PostgreSQL's own


def _vector(words: Words) -> str:
    """The words as a literal of a tsvector: ``'freez':1A,7 'asset':2A``."""
    places: dict[str, list[str]] = {}
    weighed = ((words.title, "A"), (words.headings, "B"), (words.body, ""))
    for at, (word, weight) in enumerate(((word, weight) for text, weight in weighed for word in text.split()), 1):
        places.setdefault(word, []).append(f"{min(at, _LAST_POSITION)}{weight}")
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items())


def _numbers(rank: ColumnElement[float]) -> Select[int, float]:
    return select(_KEPT.c.rowid.label("id"), rank.label("rank"))
