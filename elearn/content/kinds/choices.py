"""Choices: one right row, several right rows, true or false."""

from dataclasses import replace
from decimal import Decimal

from elearn.content.kinds.draft import Draft, Shown, one_is_right, only_text, renamed, shown_rows, with_answers
from elearn.content.question import Choice, SeveralChoice, SingleChoice, TrueFalse
from elearn.content.weights import right_weights
from elearn.markup.labels import labels_in


def read_round(draft: Draft) -> SingleChoice | TrueFalse | None:
    """A list of ( ) and (x)."""
    shown = shown_rows(draft)
    if shown is None or not one_is_right(draft, [row for row in draft.rows if row.mark == "x"]):
        return None
    rights = [item for item in shown if item.row.mark == "x"]
    if len(rights) > 1:
        message = "Several answers are marked (x), but only one can be chosen. Leave one, or use [x] for several."
        draft.wrong(rights[1].row.place, "Q013", message)
        return None
    statement = _statement(draft, shown)
    if statement is not None:
        return statement
    _warn_of_longest(draft, shown)
    if rights[0].row.weight not in (None, 100):
        draft.wrong(rights[0].row.place, "Q014", "The right answer earns 100%. Delete its weight.")
    for item in shown:
        if item.row.mark != "x" and item.row.weight is not None and item.row.weight >= 100:
            draft.wrong(
                item.row.place, "Q014", "A wrong answer earns less than 100%. Lower its weight, or mark it (x)."
            )
    choices = tuple(
        Choice(item.id, item.row.mark == "x", Decimal(1) if item.row.mark == "x" else _share(item.row.weight))
        for item in shown
    )
    return SingleChoice(**with_answers(draft, shown), choices=choices, shuffle=draft.shuffle)


def _statement(draft: Draft, shown: list[Shown]) -> TrueFalse | None:
    """True/false, if the answers are exactly these two words."""
    words = {"true": {labels_in("en").true}, "false": {labels_in("en").false}}
    words["true"].add(labels_in(draft.writer.language).true)
    words["false"].add(labels_in(draft.writer.language).false)
    named = {name: item for item in shown for name, said in words.items() if item.words.plain in said}
    if len(shown) != 2 or len(named) != 2:
        return None
    renamed = [Shown(name, named[name].row, named[name].words) for name in ("true", "false")]
    return TrueFalse(**with_answers(draft, renamed), is_true=named["true"].row.mark == "x")


def read_square(draft: Draft) -> SeveralChoice | None:
    """A list of [ ] and [x]."""
    shown = shown_rows(draft)
    rights = [row for row in draft.rows if row.mark == "x"]
    if shown is None or not one_is_right(draft, rights):
        return None
    weights = right_weights([row.weight for row in rights])
    if weights is None:
        message = "The weights of the right answers must add up to 100%. Change them, or leave one or all out."
        draft.wrong(rights[0].place, "Q014", message)
        return None
    for row in draft.rows:
        if row.mark != "x" and row.weight is not None and row.weight > 0:
            draft.wrong(
                row.place, "Q014", "A wrong answer cannot earn points. Put a minus before its weight, or mark it [x]."
            )
        if row.mark == "x" and row.weight is not None and row.weight <= 0:
            draft.wrong(row.place, "Q014", "A right answer earns more than 0%. Change its weight, or mark it [ ].")
    shares = iter(weights)
    choices = tuple(
        Choice(item.id, item.row.mark == "x", next(shares) if item.row.mark == "x" else _share(item.row.weight))
        for item in shown
    )
    return SeveralChoice(**with_answers(draft, shown), choices=choices, shuffle=draft.shuffle)


def _warn_of_longest(draft: Draft, shown: list[Shown]) -> None:
    right = next(item for item in shown if item.row.mark == "x")
    longest = max(len(item.words.plain) for item in shown if item is not right)
    if len(right.words.plain) > 40 and len(right.words.plain) > Decimal("1.4") * longest:
        message = "The right answer is by far the longest, which gives it away. Shorten it or lengthen the others."
        draft.wrong(right.row.place, "Q031", message)


def _share(weight: Decimal | None) -> Decimal:
    return Decimal(0) if weight is None else weight / 100


def merged_choices(
    ours: SingleChoice | SeveralChoice, theirs: SingleChoice | SeveralChoice, language: str
) -> SingleChoice | SeveralChoice | None:
    """Our question with a translation's words, or None if its marks are not ours."""
    if [(row.is_right, row.weight) for row in ours.choices] != [(row.is_right, row.weight) for row in theirs.choices]:
        return None
    names = {their.id: our.id for our, their in zip(ours.choices, theirs.choices, strict=True)}
    return replace(ours, texts={**ours.texts, language: renamed(only_text(theirs), names)})


def merged_truth(ours: TrueFalse, theirs: TrueFalse, language: str) -> TrueFalse | None:
    """The same for true or false."""
    if ours.is_true != theirs.is_true:
        return None
    return replace(ours, texts={**ours.texts, language: only_text(theirs)})
