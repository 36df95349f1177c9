"""The shape of marks by hand as they are sent: a level for each criterion, a comment, what the page offered."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, ValidationError

from elearn.assessment.by_hand.rules import LONGEST_COMMENT, MarkKind
from elearn.assessment.marking import Written
from elearn.assessment.marking.open import read_written
from elearn.content.question import Criterion, OpenAnswer
from elearn.web.forms import PageForm
from elearn.web.i18n import gettext, marked


def _cleaned(text: str | None) -> str:
    """A comment with newlines of one kind and without control characters."""
    read = read_written([text or ""])
    return read.text if isinstance(read, Written) else ""


class RubricForm(PageForm):
    """The comment of a mark; ``kind`` is the mark that the page offered. The criteria are added for each rubric."""

    kind = HiddenField()
    comment = TextAreaField(marked("Comment for the officer"), filters=[_cleaned])

    def validate_comment(self, field: Any) -> None:
        """Refuse a comment that is too long to be kept whole."""
        if len(field.data) > LONGEST_COMMENT:
            raise ValidationError(
                gettext(
                    "Shorten the comment to %(most)s characters; it has %(count)s.",
                    most=LONGEST_COMMENT,
                    count=len(field.data),
                )
            )

    def level_of(self, criterion: Criterion) -> RadioField:
        """The field of a criterion."""
        return cast(RadioField, self[_name(criterion)])

    def levels(self, question: OpenAnswer) -> dict[str, int]:
        """The levels chosen, of a form that is valid."""
        return {criterion.id: int(self.level_of(criterion).data) for criterion in question.criteria}

    def offered(self) -> MarkKind:
        """The mark that the page offered; the first one, if what was sent is none."""
        return next((kind for kind in MarkKind if kind.value == self.kind.data), MarkKind.FIRST)


def _name(criterion: Criterion) -> str:
    return f"level_{criterion.id}"


def rubric_form(question: OpenAnswer, names: Mapping[str, str], words: Mapping[str, Sequence[str]]) -> type[RubricForm]:
    """The form of a rubric: ``names`` has the words of its criteria by id, ``words`` those of their levels."""
    fields = {
        _name(criterion): RadioField(
            names[criterion.id],
            [InputRequired(marked("Choose a level."))],
            choices=[SelectChoice(str(index), said) for index, said in enumerate(words[criterion.id])],
        )
        for criterion in question.criteria
    }
    return type("RubricForm", (RubricForm,), fields)
