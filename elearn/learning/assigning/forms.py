"""The form that enrols many people."""

from wtforms import DateField, SelectField
from wtforms.validators import InputRequired, Optional

from elearn.web.forms import PageForm
from elearn.web.i18n import marked


class AssignForm(PageForm):
    """Who, in which course, until when."""

    who = SelectField(marked("Who"), [InputRequired(marked("Choose a cohort or an agency."))])
    course = SelectField(marked("Course"), [InputRequired(marked("Choose a course."))])
    due_on = DateField(marked("Last day"), [Optional()])
