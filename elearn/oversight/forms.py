"""The filters of the audit log; they are in the address."""

from datetime import date
from typing import Any

from flask import request
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional, ValidationError

from elearn.audit.rules import Act
from elearn.oversight.rules import FIRST_YEAR, LAST_YEAR, LONGEST, Asked
from elearn.web.forms import PageForm, no_controls
from elearn.web.i18n import gettext, marked


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def _in_the_calendar(_form: PageForm, field: Any) -> None:
    if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(
            gettext("The log knows the years %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)
        )


class LogForm(PageForm):
    """Which events are shown; what is left empty asks for all."""

    who = StringField(marked("Who"), [Length(max=LONGEST), no_controls], [_stripped])
    act = SelectField(marked("What"))
    about = StringField(marked("To whom or what"), [Length(max=LONGEST), no_controls], [_stripped])
    since = DateField(marked("First day"), [Optional(), _in_the_calendar])
    until = DateField(marked("Last day"), [Optional(), _in_the_calendar])

    def validate_until(self, field: Any) -> None:
        """A period ends after it began."""
        since: date | None = self.since.data
        if since is not None and field.data is not None and field.data < since:
            raise ValidationError(gettext("The last day is before the first one."))

    def asked(self) -> Asked:
        """What a form without mistakes asks for."""
        act = Act(self.act.data) if self.act.data else None
        return Asked(self.who.data or "", act, self.about.data or "", self.since.data, self.until.data)


def log_form(acts: list[tuple[str, str]]) -> LogForm:
    """The form as the address has it; ``acts`` are the kinds of events with their words."""
    form = LogForm(formdata=request.args)
    form.act.choices = [("", gettext("any")), *acts]
    form.act.data = form.act.data or ""
    return form
