"""Use cases of reports: report a mistake, answer a report. They flush, never commit."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.catalogue.models import CourseRecord, Release
from elearn.catalogue.queries import compiled_course
from elearn.core.identifiers import new_public_id
from elearn.learning.queries import Learning
from elearn.mistakes.models import MistakeReport
from elearn.mistakes.queries import Spot
from elearn.mistakes.rules import (
    A_DAY,
    ANSWERS,
    MOST_A_DAY,
    NoSuchReport,
    NoSuchVersion,
    NoWhy,
    ReportedBefore,
    State,
    TooManyReports,
    checked_length,
    checked_message,
)
from elearn.notices.rules import Kind, News, about_course
from elearn.notices.services import notify

# Says the version that the draft of a course (by its id) names, if it has one; set in ``wiring``, because drafts live
# above reports.
DraftVersion = Callable[[Session, int], str | None]
draft_version: list[DraftVersion] = []


def report_mistake(
    session: Session, learning: Learning, spot: Spot, *, message: str, suggestion: str = "", now: datetime
) -> MistakeReport:
    """Keep what is wrong in a unit that the person was shown.

    Raises TooShort, TooLong, TooManyReports, ReportedBefore.
    """
    checked_message(message)
    checked_length(suggestion)
    # Held, so that reports sent at the same time are counted one after the other.
    session.execute(select(Person.id).where(Person.id == learning.person_id).with_for_update(key_share=True))
    recent = select(func.count()).where(
        MistakeReport.person_id == learning.person_id, MistakeReport.reported_at > now - A_DAY
    )
    if (session.scalar(recent) or 0) >= MOST_A_DAY:
        raise TooManyReports(most=MOST_A_DAY)
    report = MistakeReport(
        public_id=new_public_id(),
        person_id=learning.person_id,
        course_id=learning.course_id,
        release_id=spot.release_id,
        unit=str(spot.unit),
        language=spot.language,
        title=f"{spot.number} {spot.title}".strip()[:500],
        message=message,
        suggestion=suggestion,
        reported_at=now,
        state=State.OPEN,
        fixed_in=None,
        answer="",
        answered_at=None,
        answered_by_id=None,
    )
    try:
        with session.begin_nested():
            session.add(report)
    except IntegrityError as problem:
        raise ReportedBefore from problem
    return report


def answer_report(
    session: Session,
    slug: str,
    public_id: str,
    state: State,
    *,
    version: str = "",
    answer: str = "",
    actor_id: int,
    now: datetime,
) -> MistakeReport:
    """Answer a report, or answer it anew: one can be wrong about a mistake, too. The same answer twice is given once.

    ``version`` counts where ``state`` is fixed: that of a release, or the one that the draft is to have. Raises
    NoSuchReport, NoSuchVersion, NoWhy, TooLong.
    """
    assert state in ANSWERS, "a report is answered, or it waits"
    report = session.scalar(
        select(MistakeReport)
        .join(CourseRecord, CourseRecord.id == MistakeReport.course_id)
        .where(CourseRecord.slug == slug, MistakeReport.public_id == public_id)
        .with_for_update(of=MistakeReport)
    )
    if report is None:
        raise NoSuchReport
    checked_length(answer)
    if state is State.NO_MISTAKE and not answer:
        raise NoWhy
    fixed_in = version if state is State.FIXED else None
    if fixed_in is not None and fixed_in not in versions_known(session, report.course_id):
        raise NoSuchVersion(version=version)
    if (report.state, report.fixed_in, report.answer) == (state, fixed_in, answer):
        return report
    report.state, report.fixed_in, report.answer = state, fixed_in, answer
    report.answered_at, report.answered_by_id = now, actor_id
    session.flush()
    _tell(session, report, now)
    return report


def _tell(session: Session, report: MistakeReport, now: datetime) -> None:
    """Tell who reported it that there is an answer, or another one."""
    digest = session.scalars(select(Release.digest).where(Release.id == report.release_id)).one()
    news = News(
        Kind.MISTAKE_ANSWERED,
        key=f"mistake:{report.public_id}:{now:%Y%m%dT%H%M%S.%f}",
        href=f"/mistakes#report-{report.public_id}",
        about=about_course(compiled_course(session, report.release_id, digest)),
    )
    notify(session, report.person_id, news, now=now)


def versions_known(session: Session, course_id: int) -> tuple[str, ...]:
    """The versions in which a mistake may be fixed, the newest first: the draft's, and those of the releases."""
    query = select(Release.version).where(Release.course_id == course_id).order_by(Release.number.desc())
    drafted = [version for asked in draft_version if (version := asked(session, course_id)) is not None]
    return tuple(dict.fromkeys([*drafted, *session.scalars(query)]))
