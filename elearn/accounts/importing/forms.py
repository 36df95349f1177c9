"""The shape of what is sent to import people."""

from typing import Any, Self

from flask import request
from werkzeug.datastructures import CombinedMultiDict
from wtforms import FileField, HiddenField, SelectMultipleField

from elearn.web.forms import PageForm
from elearn.web.i18n import marked


class ImportForm(PageForm):
    """A file with people."""

    file = FileField(marked("File"))

    @classmethod
    def sent(cls, **data: Any) -> Self:
        """The form as it was sent, with its file."""
        return cls(formdata=CombinedMultiDict([request.files, request.form]), **data)


class AddForm(PageForm):
    """What was looked at: the file itself, packed (``core.packing``), and the rows to add although a name is alike."""

    file = HiddenField()
    also = SelectMultipleField(validate_choice=False)

    def also_rows(self) -> frozenset[int]:
        """The numbers of the rows that were ticked."""
        return frozenset(int(each) for each in self.also.data or () if each.isascii() and each.isdigit())
