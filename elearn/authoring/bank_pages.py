"""What the templates of importing and exporting question banks are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from elearn.authoring.bank_forms import FORMATS, ImportForm
from elearn.authoring.bank_rules import Import
from elearn.authoring.pages import SHOWN_PROBLEMS, ProblemRow, count_words, file_label, more_words, problem_row
from elearn.banks.formats import Writable
from elearn.banks.model import Bank, Loss
from elearn.content.preview import Preview
from elearn.core.packing import packed
from elearn.web.i18n import gettext, ngettext
from elearn.web.shell import Shell, shell

SHOWN_LOSSES = 200  # more are counted, not listed
SHOWN_LINES = 12  # of a loss that many questions have


@dataclass(frozen=True, slots=True)
class ImportPage:
    """The form that reads a bank. ``refusal``: why what was sent was not taken; ``losses``: why no question was."""

    shell: Shell
    course_title: str
    course_href: str
    action: str
    form: ImportForm
    limit: str
    refusal: str | None
    losses: tuple[Loss, ...]


def import_page(
    slug: str,
    title: str,
    form: ImportForm,
    *,
    limit_bytes: int,
    refusal: str | None = None,
    losses: Sequence[Loss] = (),
) -> ImportPage:
    """The page that begins an import."""
    form.form.choices = [(value, gettext(words)) for value, words in FORMATS]
    return ImportPage(
        shell=shell(),
        course_title=title,
        course_href=f"/write/{slug}",
        action=f"/write/{slug}/import",
        form=form,
        limit=gettext("At most %(size)s MB.", size=limit_bytes // 1_000_000),
        refusal=refusal,
        losses=tuple(losses[:SHOWN_LOSSES]),
    )


@dataclass(frozen=True, slots=True)
class LookPage:
    """What a bank will be, before it is added: counts, losses, problems, the Markdown, the pictures.

    ``packed`` is the file itself: the form that adds the pool sends it back, and it is read once more.
    """

    shell: Shell
    course_title: str
    course_href: str
    again_href: str
    action: str
    path: str
    name: str
    form: str
    packed: str
    lead: str
    losses: tuple[Loss, ...]
    losses_words: str
    more_losses: str | None
    problems: tuple[ProblemRow, ...]
    problems_words: str
    more_problems: str | None
    text: str
    pictures: tuple[str, ...]


def look_page(slug: str, title: str, made: Import, data: bytes, draft: Preview) -> LookPage:
    """The dry run of an import; ``draft`` is what the course compiles to with the pool in it."""
    losses = made.bank.losses
    problems = draft.problems_of(made.path)
    return LookPage(
        shell=shell(),
        course_title=title,
        course_href=f"/write/{slug}",
        again_href=f"/write/{slug}/import",
        action=f"/write/{slug}/import/add",
        path=made.path,
        name=made.name,
        form=made.form,
        packed=packed(data),
        lead=_counts(len(made.bank.questions), made.bank.lossy_count, made.bank.left_out_count),
        losses=losses[:SHOWN_LOSSES],
        losses_words=str(len(losses)) if losses else gettext("none"),
        more_losses=more_words(len(losses) - SHOWN_LOSSES),
        problems=tuple(problem_row(problem, slug, text=made.text) for problem in problems[:SHOWN_PROBLEMS]),
        problems_words=count_words(problems),
        more_problems=more_words(len(problems) - SHOWN_PROBLEMS),
        text=made.text,
        pictures=tuple(
            gettext("%(path)s, %(size)s KB", path=path, size=max(1, len(picture) // 1000))
            for path, picture in made.pictures.items()
        ),
    )


def _counts(questions: int, lossy: int, left_out: int) -> str:
    """How many questions there are, lost something, are left out, as a sentence."""
    words = [ngettext("One question", "%(count)s questions", questions)]
    if lossy:
        words.append(ngettext("one with a loss", "%(count)s with losses", lossy))
    if left_out:
        words.append(ngettext("one left out", "%(count)s left out", left_out))
    if not lossy and not left_out:
        words.append(gettext("nothing lost"))
    return f"{', '.join(words)}."


@dataclass(frozen=True, slots=True)
class LossGroup:
    """A loss with the questions that have it, as (words, address of the line in the editor)."""

    what: str
    why: str
    is_question: bool
    places: tuple[tuple[str, str], ...]
    more: str | None


@dataclass(frozen=True, slots=True)
class FormatRow:
    """A format to export to: who reads it, what is lost in it, and where it is had."""

    id: str
    name: str
    readers: str
    counts: str
    losses: tuple[LossGroup, ...]
    href: str
    file_name: str


@dataclass(frozen=True, slots=True)
class ExportPage:
    """The formats that a quiz or a pool can be had in."""

    shell: Shell
    course_title: str
    course_href: str
    label: str
    path: str
    edit_href: str
    lead: str
    formats: tuple[FormatRow, ...]


def export_page(
    slug: str,
    title: str,
    path: str,
    bank: Bank,
    losses: Mapping[Writable, Sequence[Loss]],
    names: Mapping[Writable, str],
) -> ExportPage:
    """The page before a download; ``losses`` is what each format cannot hold, ``names`` what its file is called."""
    said = {
        Writable.GIFT: ("GIFT", gettext("a text that Moodle and many others read; no pictures")),
        Writable.MOODLE: ("Moodle XML", gettext("keeps the most: Moodle reads it, with pictures and tags")),
        Writable.QTI: ("QTI 2.1", gettext("a package for Canvas, TAO, OpenOlat and others")),
    }
    return ExportPage(
        shell=shell(),
        course_title=title,
        course_href=f"/write/{slug}",
        label=file_label(path),
        path=path,
        edit_href=f"/write/{slug}/files/{path}",
        lead=ngettext(
            "One question, with its key. Keep the file where officers cannot find it.",
            "%(count)s questions, with their keys. Keep the file where officers cannot find it.",
            len(bank.questions),
        ),
        formats=tuple(
            FormatRow(
                id=form,
                name=said[form][0],
                readers=said[form][1],
                counts=_format_counts(bank, losses[form]),
                losses=_grouped(slug, path, losses[form]),
                href=f"/write/{slug}/export/{form}/{path.removesuffix('.md')}",
                file_name=names[form],
            )
            for form in Writable
        ),
    )


def _format_counts(bank: Bank, losses: Sequence[Loss]) -> str:
    left_out = len({loss.line for loss in losses if loss.is_question})
    lossy = len({loss.line for loss in losses if not loss.is_question})
    read_too = len({loss.line for loss in bank.losses if loss.is_question})
    return _counts(len(bank.questions) - (left_out - read_too), lossy, left_out)


def _grouped(slug: str, path: str, losses: Sequence[Loss]) -> tuple[LossGroup, ...]:
    groups: dict[tuple[str, str, bool], dict[tuple[str, str], None]] = {}
    for loss in losses:
        place = (
            gettext("line %(line)s: %(question)s", line=loss.line, question=loss.question),
            f"/write/{slug}/files/{path}?line={loss.line}",
        )
        groups.setdefault((loss.what, loss.why, loss.is_question), {})[place] = None
    return tuple(
        LossGroup(what, why, is_question, tuple(places)[:SHOWN_LINES], more_words(len(places) - SHOWN_LINES))
        for (what, why, is_question), places in groups.items()
    )
