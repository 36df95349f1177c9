"""The form that invites people."""

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from elearn.accounts.inviting.rules import Way
from elearn.web.forms import PageForm
from elearn.web.i18n import marked


class InviteForm(PageForm):
    """Who is invited, and how."""

    who = SelectField(marked("Who"), [InputRequired(marked("Choose a cohort or an agency."))])
    way = RadioField(marked("How"), [InputRequired(marked("Choose how they are invited."))], default=Way.SLIPS.value)
