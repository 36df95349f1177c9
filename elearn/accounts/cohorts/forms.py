"""The forms of cohorts."""

import re
from typing import Any

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from elearn.accounts.forms import keeps, readable
from elearn.accounts.rules import LONGEST_COHORT_NAME, checked_cohort_name
from elearn.web.forms import PageForm
from elearn.web.i18n import gettext, marked

MOST_NAMES = 500


class CohortForm(PageForm):
    """The name of a new cohort."""

    name = StringField(
        marked("Name of the cohort"),
        [InputRequired(marked("Write a name.")), Length(max=LONGEST_COHORT_NAME), keeps(checked_cohort_name)],
        [readable],
    )


class JoinForm(PageForm):
    """Who joins a cohort: sign-in names, or everybody of an agency."""

    names = TextAreaField(marked("Sign-in names"), [Length(max=40_000)])
    agency = SelectField(marked("Everybody of an agency"), validate_choice=False)

    def validate_names(self, field: Any) -> None:
        """Ask for somebody: neither a name nor an agency would let nobody join."""
        if not self.sign_in_names() and not self.agency.data:
            raise ValidationError(gettext("Write sign-in names or choose an agency."))

    def sign_in_names(self) -> list[str]:
        """The names, however they are separated."""
        return [name for name in re.split(r"[\s,;]+", self.names.data or "") if name][:MOST_NAMES]
