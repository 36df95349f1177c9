"""Files as templates are given them: those of an answer, and what else may be attached to it."""

from collections.abc import Sequence

from elearn.assessment.attachments.rules import LARGEST_FILE, MEDIA_TYPES, MOST_FILES, FileTooLarge, kinds_words
from elearn.assessment.queries import GivenFile
from elearn.assessment.showing import QuestionView
from elearn.assessment.showing.open import FileView, Uploads, with_files
from elearn.content.question import OpenAnswer, Question
from elearn.web.i18n import gettext
from elearn.web.sizes import size_words


def with_files_to_change(
    view: QuestionView, question: Question, files: Sequence[GivenFile], action: str, *, error: str | None = None
) -> QuestionView:
    """A question of an open attempt with its files and the field for another; ``action`` is where its form goes."""
    if not isinstance(question, OpenAnswer) or not question.uploads:
        return view
    attempt = action.rpartition("/")[0]
    shown = tuple(
        _file_view(file, attempt)._replace(remove_href=f"{action}/files/{file.public_id}/remove") for file in files
    )
    uploads = Uploads(
        href=f"{action}/files",
        accept=",".join(MEDIA_TYPES[ending] for ending in question.uploads),
        words=gettext(
            "Up to %(count)s files: %(kinds)s, at most %(size)s each.",
            count=MOST_FILES,
            kinds=kinds_words(question.uploads),
            size=size_words(LARGEST_FILE),
        ),
        largest=LARGEST_FILE,
        too_large=gettext(FileTooLarge.message),
        room=len(files) < MOST_FILES,
        error=error,
    )
    return with_files(view, shown, uploads)


def with_files_to_read(view: QuestionView, files: Sequence[GivenFile], attempt: str) -> QuestionView:
    """A question of an attempt that was handed in, with its files; ``attempt`` is the attempt's address."""
    return with_files(view, tuple(_file_view(file, attempt) for file in files))


def _file_view(file: GivenFile, attempt: str) -> FileView:
    return FileView(file.name, size_words(file.size), f"{attempt}/files/{file.public_id}", "")
