"""The shape of what editors send."""

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired

from elearn.web.forms import PageForm
from elearn.web.i18n import marked


class EditForm(PageForm):
    """A file's text, and what its author had before them when they began."""

    text = TextAreaField(marked("Source"))
    revision = HiddenField()


class NewFileForm(PageForm):
    """The name of a file to add."""

    path = StringField(marked("Name of the file"), [InputRequired(marked("Write the name of the file."))])


class DraftsForm(PageForm):
    """Which state of the draft course one saw when one pressed the button."""

    digest = HiddenField()
