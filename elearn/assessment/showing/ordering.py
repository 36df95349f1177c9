"""Showing ordering: a place to give to each item, and after marking which of them stand in the right order."""

from collections import Counter
from dataclasses import dataclass, replace

from markupsafe import Markup

from elearn.assessment.drawing import own_order
from elearn.assessment.marking import AnswerVerdict, Marked, Ordered, Response
from elearn.assessment.marking.ordering import places_of
from elearn.content.question import Credit, Ordering, QuestionText
from elearn.markup.safe import compiled
from elearn.web.i18n import gettext


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item with the place given to it (None: none). From ``verdict`` on, all is empty before marking."""

    id: str
    html: Markup
    plain: str
    place: int | None
    verdict: str = ""
    words: str = ""
    icon: str = ""
    feedback: Markup | None = None


@dataclass(frozen=True, slots=True)
class OrderingView:
    """The items: before marking in the order given so far, then in that of the paper; after it in the right order.

    ``tied`` says that some have the same place, ``summary`` how the order was paid; "" where there is nothing to say.
    """

    items: tuple[ItemView, ...]
    places: tuple[int, ...]
    tied: str
    summary: str


def ordering_body(
    question: Ordering,
    text: QuestionText,
    source: QuestionText,
    order: tuple[str, ...],
    response: Response | None,
    marked: Marked | None,
) -> OrderingView:
    """What the template of ordering is given; nothing of the key where ``marked`` is None."""
    given = dict(response.places) if isinstance(response, Ordered) else {}
    ids = question.items if marked is not None else tuple(dict.fromkeys((*given, *(order or own_order(question)))))
    items = tuple(_item(name, text, source, given.get(name)) for name in ids)
    if marked is not None:
        items = tuple(_marked_item(item, place, text, marked) for place, item in enumerate(items, start=1))
    return OrderingView(
        items=items,
        places=tuple(places_of(question)),
        tied=_tied_words(given) if marked is None else "",
        summary=_summary(question, marked) if marked is not None else "",
    )


def with_all_feedback(body: OrderingView, text: QuestionText) -> OrderingView:
    """A view of the key with the feedback on every item, for who writes it."""
    told = {name: compiled(html) for name, html in text.feedback.items()}
    return replace(body, items=tuple(replace(item, feedback=told.get(item.id)) for item in body.items))


def _item(name: str, text: QuestionText, source: QuestionText, place: int | None) -> ItemView:
    html = compiled(text.answers.get(name) or source.answers[name])
    return ItemView(name, html, html.striptags(), place)


def _marked_item(item: ItemView, right: int, text: QuestionText, marked: Marked) -> ItemView:
    verdict = marked.answers[item.id]
    words, icon = _verdict_words(verdict, item.place, right)
    feedback = text.feedback.get(item.id) if verdict is AnswerVerdict.WRONG else None
    return ItemView(
        item.id, item.html, item.plain, item.place, verdict, words, icon, compiled(feedback) if feedback else None
    )


def _verdict_words(verdict: AnswerVerdict, given: int | None, right: int) -> tuple[str, str]:
    if verdict is AnswerVerdict.HIT:
        return gettext("In order"), "check"
    if verdict is AnswerVerdict.MISSED:
        return gettext("You gave it no place; it belongs in place %(right)s", right=right), "minus"
    if given == right:
        return gettext("Its place is right, but not its order among the others"), "x"
    return gettext("You put it in place %(given)s; it belongs in place %(right)s", given=given, right=right), "x"


def _tied_words(given: dict[str, int]) -> str:
    twice = sorted(place for place, count in Counter(given.values()).items() if count > 1)
    if not twice:
        return ""
    return gettext(
        "You gave a place more than once: %(places)s. Those items count in the order in which they stand here.",
        places=", ".join(str(place) for place in twice),
    )


def _summary(question: Ordering, marked: Marked) -> str:
    """How many items stand in the right order among themselves, and what that earns."""
    verdicts = list(marked.answers.values())
    run, count = verdicts.count(AnswerVerdict.HIT), len(verdicts)
    if run in (0, count):
        return ""
    kept = gettext("%(run)s of %(count)s items stand in the right order among themselves.", run=run, count=count)
    if question.credit is Credit.EXACT:
        return f"{kept} {gettext('Only the whole order earns points.')}"
    if question.credit is Credit.PROPORTIONAL_CORRECT and AnswerVerdict.WRONG in verdicts:
        return f"{kept} {gettext('Here an item out of order takes all points.')}"
    paid = gettext(
        "The first of them earns nothing, each further one an equal share: %(paid)s of %(shares)s.",
        paid=run - 1,
        shares=count - 1,
    )
    return f"{kept} {paid}"
