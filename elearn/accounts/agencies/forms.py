"""The forms of agencies."""

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from elearn.accounts.forms import keeps, readable
from elearn.accounts.rules import LONGEST_NAME, checked_agency_code, checked_title
from elearn.web.forms import PageForm
from elearn.web.i18n import marked


class AgencyForm(PageForm):
    """An agency that is there: its name, and what it stands below (the code; empty: the top)."""

    name = StringField(
        marked("Name of the agency"),
        [InputRequired(marked("Write a name.")), Length(max=LONGEST_NAME), keeps(checked_title)],
        [readable],
    )
    parent = SelectField(marked("Stands below"), validate_choice=False)


class NewAgencyForm(AgencyForm):
    """A new agency; the country is that of the agency it stands below, if there is one."""

    code = StringField(
        marked("Code"),
        [InputRequired(marked("Write a code.")), Length(max=40), keeps(checked_agency_code)],
        [readable],
    )
    country = SelectField(marked("Country"), validate_choice=False)
