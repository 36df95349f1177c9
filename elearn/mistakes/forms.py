"""The shape of reports and of answers as they are sent."""

from collections.abc import Callable
from typing import Any

from wtforms import Form, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, ValidationError

from elearn.assessment.marking import Written
from elearn.assessment.marking.open import read_written
from elearn.core.refusals import Refusal
from elearn.mistakes.rules import ANSWERS, State, checked_length, checked_message
from elearn.web.errors import refusal_text
from elearn.web.forms import PageForm, no_controls
from elearn.web.i18n import gettext, marked

ANSWER_WORDS = {
    State.FIXED: marked("It is fixed"),
    State.NO_MISTAKE: marked("It is not a mistake"),
    State.DUPLICATE: marked("It was reported before"),
}


def _cleaned(text: str | None) -> str:
    """A text with newlines of one kind and without control characters."""
    read = read_written([text or ""])
    return read.text if isinstance(read, Written) else ""


def _keeps(rule: Callable[[str], object]) -> Callable[[Form, Any], None]:
    """Make a validator of a rule that raises a refusal."""

    def check(form: Form, field: Any) -> None:
        try:
            rule(field.data or "")
        except Refusal as refusal:
            raise ValidationError(refusal_text(refusal)) from refusal

    return check


class ReportForm(PageForm):
    """What is wrong, and perhaps what should stand there; ``at`` is the unit."""

    at = HiddenField()
    message = TextAreaField(marked("What is wrong?"), [_keeps(checked_message)], filters=[_cleaned])
    suggestion = TextAreaField(marked("What should stand there?"), [_keeps(checked_length)], filters=[_cleaned])


class AnswerForm(PageForm):
    """What became of a report."""

    state = RadioField(marked("Your answer"), [InputRequired(marked("Choose an answer."))])
    version = StringField(marked("Fixed in version"), [no_controls], [lambda text: (text or "").strip()[:60]])
    answer = TextAreaField(marked("Words to the officer"), [_keeps(checked_length)], filters=[_cleaned])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state.choices = [SelectChoice(state.value, gettext(ANSWER_WORDS[state])) for state in ANSWERS]

    def wanted(self) -> State:
        """The answer chosen, of a form that is valid."""
        return State(self.state.data)
