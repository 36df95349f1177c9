"""Showing matching: a list of right sides to choose from for each left side, and after marking what became of each."""

from dataclasses import dataclass, replace
from string import ascii_uppercase

from markupsafe import Markup

from elearn.assessment.drawing import own_order
from elearn.assessment.marking import AnswerVerdict, Marked, Matched, Response
from elearn.content.question import Matching, QuestionText
from elearn.markup.safe import compiled
from elearn.web.i18n import gettext

_LONG = 32  # letters: what is longer is cut off in a field on a phone, and stands in full above the fields


@dataclass(frozen=True, slots=True)
class RightView:
    """A right side to choose. ``letter`` stands for it where it is too long for a field, else it is ""."""

    id: str
    html: Markup
    words: str
    letter: str


@dataclass(frozen=True, slots=True)
class PairView:
    """A left side with what was chosen for it (``chosen_id`` "" where nothing was).

    From ``chosen`` on, all is empty before marking: ``right`` is what belongs to it, if that is not what was chosen.
    """

    id: str
    left: Markup
    chosen_id: str
    chosen: Markup | None = None
    verdict: str = ""
    words: str = ""
    icon: str = ""
    right: Markup | None = None
    feedback: tuple[Markup, ...] = ()


@dataclass(frozen=True, slots=True)
class SpareView:
    """A right side that belongs to no left one."""

    id: str
    html: Markup
    feedback: Markup | None = None


@dataclass(frozen=True, slots=True)
class MatchingView:
    """The left sides in the author's order and the right sides in that of the paper.

    ``is_lettered``: the right sides are listed in full with their letters, which the fields then begin with.
    ``spares`` is empty before marking.
    """

    pairs: tuple[PairView, ...]
    rights: tuple[RightView, ...]
    is_lettered: bool
    spares: tuple[SpareView, ...] = ()


def matching_body(
    question: Matching,
    text: QuestionText,
    source: QuestionText,
    order: tuple[str, ...],
    response: Response | None,
    marked: Marked | None,
) -> MatchingView:
    """What the template of matching is given; nothing of the key where ``marked`` is None."""
    words = {name: compiled(text.answers.get(name) or html) for name, html in source.answers.items()}
    ids = order or own_order(question)
    is_lettered = any(len(words[name].striptags()) > _LONG for name in ids)
    chosen = dict(response.pairs) if isinstance(response, Matched) else {}
    pairs = tuple(PairView(pair.left, words[pair.left], chosen.get(pair.left, "")) for pair in question.pairs)
    if marked is not None:
        rights = {pair.left: pair.right for pair in question.pairs}
        pairs = tuple(_marked_pair(pair, rights[pair.id], words, text, marked) for pair in pairs)
    return MatchingView(
        pairs=pairs,
        rights=tuple(
            RightView(name, words[name], words[name].striptags(), _letter(place) if is_lettered else "")
            for place, name in enumerate(ids)
        ),
        is_lettered=is_lettered,
        spares=tuple(SpareView(name, words[name]) for name in question.distractors) if marked is not None else (),
    )


def with_all_feedback(body: MatchingView, text: QuestionText) -> MatchingView:
    """A view of the key that calls it so, with the feedback on every row, for who writes it."""
    told = {name: compiled(html) for name, html in text.feedback.items()}
    return replace(
        body,
        pairs=tuple(
            replace(pair, words=gettext("Key"), feedback=(told[pair.id],) if pair.id in told else ())
            for pair in body.pairs
        ),
        spares=tuple(replace(spare, feedback=told.get(spare.id)) for spare in body.spares),
    )


def _marked_pair(pair: PairView, right: str, words: dict[str, Markup], text: QuestionText, marked: Marked) -> PairView:
    verdict = marked.answers[pair.id]
    said, icon = _verdict_words(verdict)
    is_wrong = verdict is AnswerVerdict.WRONG
    found = [text.feedback.get(name) for name in (pair.id, pair.chosen_id)] if is_wrong else []
    return PairView(
        id=pair.id,
        left=pair.left,
        chosen_id=pair.chosen_id,
        chosen=words.get(pair.chosen_id),
        verdict=verdict,
        words=said,
        icon=icon,
        right=words[right] if verdict is not AnswerVerdict.HIT else None,
        feedback=tuple(compiled(html) for html in found if html),
    )


def _verdict_words(verdict: AnswerVerdict) -> tuple[str, str]:
    if verdict is AnswerVerdict.HIT:
        return gettext("Your answer, right"), "check"
    if verdict is AnswerVerdict.WRONG:
        return gettext("Your answer, wrong"), "x"
    return gettext("Not answered"), "minus"


def _letter(place: int) -> str:
    """A to Z, then AA to AZ and so on."""
    more, last = divmod(place, len(ascii_uppercase))
    return (ascii_uppercase[more - 1] if more else "") + ascii_uppercase[last]
