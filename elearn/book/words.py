"""The words of the book itself, in the language of the book and not of whoever asks for it."""

from decimal import Decimal

from elearn.book.contents import Words
from elearn.web.i18n import catalogue, number_in


def words_in(language: str) -> Words:
    """The words in a language; in English where there is no translation."""
    says = catalogue(language)

    def number(value: Decimal) -> str:
        return number_in(language, value)

    return Words(
        contents=says.gettext("Contents"),
        module=says.gettext("Module"),
        objectives=says.gettext("You will be able to"),
        check=says.gettext("Check yourself"),
        answers=says.gettext("Answers"),
        answer_on=says.gettext("The answer is on page"),
        glossary=says.gettext("Glossary"),
        also=says.gettext("also"),
        version=says.gettext("Version"),
        about=says.gettext("About this course"),
        go_to_scene=says.gettext("go to scene"),
        number=number,
    )
