"""The base of all forms: WTForms without its own CSRF (every unsafe request is checked once, in ``csrf``)."""

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol, Self

from flask import request
from wtforms import Form
from wtforms.validators import ValidationError

from elearn.web.i18n import catalogue, gettext, language, marked, marked_forms

CHOOSE = marked("Choose one of what the list offers.")
WORDS = {
    "Not a valid choice.": CHOOSE,
    "Invalid Choice: could not coerce.": CHOOSE,
    "Invalid choice(s): one or more data inputs could not be coerced.": CHOOSE,
    "'%(value)s' is not a valid choice for this field.": marked("Choose only what the list offers, not «%(value)s»."),
    "Not a valid date value.": marked("Write the day as year, month and day, such as 2026-01-31."),
}
"""What WTForms says of itself, and what we say instead: what is to be done."""
FORMS = {
    "Field cannot be longer than %(max)d character.": marked_forms(
        "Write no more than %(max)d character.", "Write no more than %(max)d characters."
    ),
}
"""The same of what has a number; by the singular."""


class _Translations:
    """WTForms' own messages in our words."""

    def gettext(self, message: str) -> str:
        """A message."""
        return gettext(WORDS.get(message, message))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """A message with a number; WTForms itself puts its values in."""
        text: str = catalogue(language()).ngettext(*FORMS.get(singular, (singular, plural)), n)
        return text


class Field(Protocol):
    """What the templates use of a field."""

    id: str
    errors: Sequence[str]


class PageForm(Form):
    """A form of a page. Labels and messages are marked where they are written and translated here, for one page.

    Its fields stand in the order of the page, which is that of the list of what is to be corrected. A form made from
    another names in ``first`` those that come before the others.
    """

    first: ClassVar[tuple[str, ...]] = ()

    class Meta:
        """WTForms' settings."""

        def get_translations(self, form: Form) -> _Translations:
            """Translate with the page's language."""
            return _Translations()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = (name for name in self._fields if name not in self.first)
        self._fields = {name: self._fields[name] for name in (*self.first, *others)}
        for field in self:
            if field.label.text:
                field.label.text = gettext(field.label.text)

    @classmethod
    def sent(cls, **data: Any) -> Self:
        """The form as it was sent with the request."""
        return cls(formdata=request.form, **data)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Check every field; the messages left on them are in the language of the page."""
        is_good: bool = super().validate(*args, **kwargs)
        for field in self:
            if isinstance(field.errors, list | tuple):  # a form within a form has a mapping
                field.errors = [gettext(error) if isinstance(error, str) else error for error in field.errors]
        return is_good


def no_controls(form: Form, field: Any) -> None:
    """A validator: refuse control characters and characters that reorder text (they make names look like others)."""
    bad = {letter for letter in field.data or "" if ord(letter) < 32 or letter in BIDI}
    if bad:
        raise ValidationError(gettext("Leave out line breaks and invisible characters."))


BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff")
