"""The shape of what is sent when a dispute is looked into."""

from typing import Any

from wtforms import HiddenField, StringField
from wtforms.validators import ValidationError

from elearn.assessment.disputes.rules import NoReason, checked_reason
from elearn.web.errors import refusal_text
from elearn.web.forms import PageForm, no_controls
from elearn.web.i18n import marked


class AttemptForm(PageForm):
    """The number of an attempt, as it stands on its result."""

    number = StringField(marked("Number of the attempt"))


class RemarkForm(PageForm):
    """Why marks are corrected, and the release that one looked at."""

    reason = StringField(marked("Reason"), [no_controls])
    release = HiddenField()

    def validate_reason(self, field: Any) -> None:
        """Ask for a reason that can be kept."""
        try:
            checked_reason(field.data or "")
        except NoReason as refusal:
            raise ValidationError(refusal_text(refusal)) from refusal
