"""What the page of notices is given."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from elearn.notices.queries import Told
from elearn.notices.words import sentence
from elearn.web.i18n import instant, language, said
from elearn.web.shell import Shell, shell


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice in the list. ``course`` is None where it is about one's account."""

    href: str
    sentence: str
    course: Markup | None
    when: str
    is_read: bool


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """What a person was told, the newest first. ``has_unread``: there is something to mark as read."""

    shell: Shell
    rows: tuple[NoticeRow, ...]
    has_unread: bool


def notices_page(notices: Sequence[Told]) -> NoticesPage:
    """The page of these notices."""
    here = language()
    return NoticesPage(
        shell=shell(),
        rows=tuple(
            NoticeRow(
                href=f"/notices/{each.public_id}",
                sentence=sentence(each.kind, each.about, here),
                course=said(*title) if (title := each.about.title_in(here)) is not None else None,
                when=instant(each.created_at),
                is_read=each.is_read,
            )
            for each in notices
        ),
        has_unread=any(not each.is_read for each in notices),
    )
