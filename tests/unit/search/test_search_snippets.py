"""Snippets show why a passage was found, and lead to the part of it that says so."""

from hypothesis import given
from hypothesis import strategies as st

from elearn.search.passages import Part
from elearn.search.snippets import LENGTH, Piece, marked, snippet_of
from elearn.search.words import terms_of

FILLER = "Nothing of the kind is said in this sentence about the weather. " * 12


def told(pieces: tuple[Piece, ...]) -> str:
    """Pieces as a text, with brackets about what was found."""
    return "".join(f"[{piece.text}]" if piece.is_found else piece.text for piece in pieces)


def test_every_form_of_a_word_is_marked_and_nothing_else_is_changed() -> None:
    text = "Freezing «assets»: a freeze, no freezer; банк."
    found = marked(text, terms_of("freeze asset", "en"), "en")

    assert told(found) == "[Freezing] «[assets]»: a [freeze], no freezer; банк."
    assert "".join(piece.text for piece in found) == text


def test_a_word_typed_without_its_signs_is_marked_with_them() -> None:
    assert told(marked("Oʻzbek tili", terms_of("o'zbek", "uz"), "uz")) == "[Oʻzbek] tili"


def test_a_snippet_shows_where_the_words_stand_together() -> None:
    text = f"Freezing. {FILLER} Then assets are to be frozen by freezing them at once. {FILLER} Assets."
    snippet = snippet_of([Part(None, "", text)], terms_of("freezing assets", "en"), "en")

    assert "Then [assets] are to be frozen by [freezing] them" in told(snippet.pieces)
    assert told(snippet.pieces).startswith("…\u00a0")
    assert told(snippet.pieces).endswith("\u00a0…")


def test_a_snippet_leads_to_the_part_it_stands_in() -> None:
    parts = [Part(None, "", "Assets in general."), Part("how", "How", "Freezing of assets.")]

    assert snippet_of(parts, terms_of("freezing assets", "en"), "en").anchor == "how"
    assert snippet_of(parts, terms_of("general", "en"), "en").anchor is None


def test_a_word_in_the_title_of_a_part_leads_to_that_part() -> None:
    parts = [Part(None, "", "Of assets."), Part("freezing", "Freezing", "At once.")]
    snippet = snippet_of(parts, terms_of("freezing", "en"), "en")

    assert (snippet.anchor, told(snippet.pieces)) == ("freezing", "At once.")


def test_without_a_word_in_the_text_it_is_shown_from_its_beginning() -> None:
    snippet = snippet_of([Part(None, "", f"A beginning. {FILLER}"), Part("x", "X", "More.")], terms_of("?", "en"), "en")

    assert told(snippet.pieces).startswith("A beginning.")
    assert snippet.anchor is None


def test_what_has_no_text_has_no_snippet() -> None:
    assert snippet_of([], terms_of("word", "en"), "en").pieces == ()


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=900)), max_size=4), st.text(max_size=60))
def test_a_snippet_is_a_piece_of_the_text_and_not_longer_than_it_may_be(
    given_parts: list[tuple[str, str]], question: str
) -> None:
    parts = [Part(f"p{number}", title, text) for number, (title, text) in enumerate(given_parts)]
    pieces = snippet_of(parts, terms_of(question, "en"), "en").pieces
    shown = "".join(piece.text for piece in pieces if piece.text not in ("…\u00a0", "\u00a0…"))

    assert len(shown) <= LENGTH
    assert not pieces or any(
        shown in text or shown == title for part in parts for text, title in [(part.text, part.title)]
    )
