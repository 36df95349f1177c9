"""The shape of what is sent to import a question bank."""

from typing import Any, Self

from flask import request
from werkzeug.datastructures import CombinedMultiDict
from wtforms import FileField, HiddenField, SelectField, StringField

from elearn.banks.formats import Readable
from elearn.web.forms import PageForm
from elearn.web.i18n import marked

FORMATS = (
    ("", marked("By its ending")),
    (Readable.GIFT, "GIFT"),
    (Readable.AIKEN, "Aiken"),
    (Readable.MOODLE, "Moodle XML"),
)


class ImportForm(PageForm):
    """A file with questions, its format, and how the pool will be called."""

    file = FileField(marked("File"))
    form = SelectField(marked("Format"), validate_choice=False)
    name = StringField(marked("Name of the new pool"))

    @classmethod
    def sent(cls, **data: Any) -> Self:
        """The form as it was sent, with its file."""
        return cls(formdata=CombinedMultiDict([request.files, request.form]), **data)


class AddForm(PageForm):
    """What was looked at: the file itself, packed (``core.packing``), with its format and the pool's name."""

    bank = HiddenField()
    form = HiddenField()
    name = HiddenField()
