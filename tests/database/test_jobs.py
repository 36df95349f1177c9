"""The outbox: what waits is done once, tried again when it fails, given up in the end, and never lost or leaked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

import pytest
import time_machine
from sqlalchemy import func, select, text

from elearn.accounts.inviting.services import invite_by_letter
from elearn.accounts.rules import Administrator
from elearn.cli.doctor import check_jobs
from elearn.cli.findings import Level
from elearn.core.clock import now as clock
from elearn.core.refusals import Unsound
from elearn.db.engine import Database
from elearn.jobs.models import Job
from elearn.jobs.queries import counts
from elearn.jobs.rules import KEPT, LEASE, LIVES, MOST_WAITING, Kind, NoSuchJob, Task, pause_after
from elearn.jobs.services import discard, end_done, queue, queue_request, take_next, try_again
from elearn.jobs.working import handlers, work_off
from elearn.notices.models import Notice
from elearn.notices.rules import NO_COURSE, News
from elearn.notices.rules import Kind as NoticeKind
from elearn.notices.services import notify
from elearn.security.policy import Reach
from elearn.serving.jobs import PAUSE_AFTER_FAULT_SECONDS, PAUSE_SECONDS, JobWorker
from elearn.settings import Settings
from tests.database.conftest import Ran
from tests.factories import NOON, a_person
from tests.together import together

MINUTE = timedelta(minutes=1)
Command = Callable[..., Ran]


class Down(Unsound):
    """A mail server that takes nothing."""

    message = "The server is down."


class Post:
    """Does every job, and remembers which; or fails while it is down."""

    def __init__(self) -> None:
        self.did: list[Task] = []
        self.fault: Exception | None = None

    def do(self, settings: Settings, database: Database, task: Task, now: datetime) -> None:
        """Do it, or fail."""
        if self.fault is not None:
            raise self.fault
        self.did.append(task)


@pytest.fixture
def post(wired: None, monkeypatch: pytest.MonkeyPatch) -> Post:
    made = Post()
    for kind in Kind:
        monkeypatch.setitem(handlers, kind, made.do)
    return made


@pytest.fixture
def people(database: Database) -> tuple[int, int]:
    """An administrator, and somebody with an address who has no password."""
    with database.writing() as session:
        admin, newcomer = a_person(session, "admin"), a_person(session, "newcomer", email="new@fiu.example")
        newcomer.password_hash = None
        session.commit()
        return admin.id, newcomer.id


@pytest.fixture
def jobs(elearn: Command) -> Command:
    """Runs ``elearn jobs``."""
    return partial(elearn, "jobs")


@contextmanager
def at(instant: datetime) -> Iterator[datetime]:
    """It is that time."""
    with time_machine.travel(instant, tick=False):
        yield instant


def put_down(database: Database, kind: Kind, person_id: int, *, asked_by_id: int | None = None) -> bool:
    with database.writing() as session:
        is_new = queue(session, kind, person_id, asked_by_id=asked_by_id, now=NOON)
        session.commit()
    return is_new


def work(settings: Settings, database: Database, now: datetime) -> tuple[int, int]:
    with at(now):
        return work_off(settings, database, clock=clock)


def the_job(database: Database) -> Job:
    with database.reading() as session:
        return session.scalars(select(Job)).one()


def test_a_job_is_done_once_and_forgets_what_it_needed(database: Database, settings: Settings, post: Post) -> None:
    with database.writing() as session:
        assert queue_request(session, Kind.LINKS_ASKED, "who@fiu.example", now=NOON)
        session.commit()
    assert work(settings, database, NOON - MINUTE) == (0, 0), "it is not due yet"
    assert work(settings, database, NOON) == (1, 0)
    assert work(settings, database, NOON + MINUTE) == (0, 0)
    assert [task.address for task in post.did] == ["who@fiu.example"]
    job = the_job(database)
    assert (job.outcome, job.address, job.key, job.tries) == ("done", None, None, 1)


def test_a_job_waits_exactly_when_what_it_follows_from_is_so(
    database: Database, people: tuple[int, int], settings: Settings
) -> None:
    with database.writing() as session:
        queue(session, Kind.INVITATION, people[1], now=NOON)
        session.rollback()
    with database.reading() as session:
        assert counts(session).waiting == 0


def test_the_same_work_waits_once_and_is_tried_at_once_when_asked_for_again(
    database: Database, settings: Settings, post: Post, people: tuple[int, int]
) -> None:
    assert put_down(database, Kind.RESET_LINK, people[1])
    assert not put_down(database, Kind.RESET_LINK, people[1])
    assert put_down(database, Kind.INVITATION, people[1]), "that is another kind of work"
    post.fault = Down()
    assert work(settings, database, NOON) == (0, 2)
    assert not put_down(database, Kind.RESET_LINK, people[1])
    post.fault = None
    assert work(settings, database, NOON) == (1, 0), "the other still waits for its time"


def test_what_fails_is_tried_ever_later_until_its_time_is_over_and_who_asked_for_it_hears_so(
    database: Database, settings: Settings, post: Post, people: tuple[int, int]
) -> None:
    admin, newcomer = people
    put_down(database, Kind.INVITATION, newcomer, asked_by_id=admin)
    post.fault = Down()
    now, tried = NOON, []
    for _ in range(60):
        job = the_job(database)
        if job.ended_at is not None:
            break
        assert work(settings, database, job.due_at - timedelta(seconds=1)) == (0, 0)
        now = job.due_at
        tried.append(now - NOON)
        assert work(settings, database, now) == (0, 1)
    assert tried[:5] == [MINUTE * minutes for minutes in (0, 1, 3, 7, 15)]
    assert LIVES[Kind.INVITATION] - pause_after(99) <= now - NOON < LIVES[Kind.INVITATION]
    job = the_job(database)
    assert (job.outcome, job.problem, job.tries) == ("failed", "The server is down.", len(tried))
    with database.reading() as session:
        told = session.execute(select(Notice.person_id, Notice.kind)).one()
        assert tuple(told) == (admin, "letter-not-sent")
        assert counts(session).failed == 1

    post.fault = None
    with database.writing() as session:
        assert try_again(session, actor=admin, now=now) == 1
        session.commit()
    assert work(settings, database, now) == (1, 0)
    assert [task.person_id for task in post.did] == [newcomer]


def test_what_nobody_at_the_desk_asked_for_is_not_started_again_after_it_failed(
    database: Database, settings: Settings, post: Post, people: tuple[int, int]
) -> None:
    put_down(database, Kind.RESET_LINK, people[1])
    post.fault = Down()
    late = NOON + LIVES[Kind.RESET_LINK]
    assert work(settings, database, late - MINUTE) == (0, 1)
    with database.writing() as session:
        assert try_again(session, actor=people[0], now=late) == 0
        session.commit()
    assert the_job(database).outcome == "failed"


def test_a_fault_of_ours_is_put_down_without_what_it_says(
    database: Database, settings: Settings, post: Post, people: tuple[int, int], caplog: pytest.LogCaptureFixture
) -> None:
    put_down(database, Kind.INVITATION, people[1])
    post.fault = KeyError("new@fiu.example")
    assert work(settings, database, NOON) == (0, 1)
    assert the_job(database).problem == "KeyError"
    assert "fiu.example" not in caplog.text


def test_a_job_cut_off_half_way_is_done_anew_and_not_before_nobody_can_be_at_it(
    database: Database, settings: Settings, post: Post, people: tuple[int, int]
) -> None:
    put_down(database, Kind.INVITATION, people[1])
    with database.writing() as session:
        assert take_next(session, now=NOON) is not None
        session.commit()
    assert work(settings, database, NOON + LEASE - MINUTE) == (0, 0)
    assert work(settings, database, NOON + LEASE) == (1, 0)
    assert the_job(database).tries == 2


def test_what_came_to_be_of_no_use_while_nobody_worked_is_not_done(
    database: Database, settings: Settings, post: Post, people: tuple[int, int]
) -> None:
    admin, newcomer = people
    put_down(database, Kind.RESET_LINK, newcomer)
    put_down(database, Kind.INVITATION, newcomer, asked_by_id=admin)
    assert work(settings, database, NOON + LIVES[Kind.RESET_LINK]) == (1, 0)
    assert [task.kind for task in post.did] == [Kind.INVITATION]
    put_down(database, Kind.INVITATION, newcomer, asked_by_id=admin)
    with database.writing() as session:  # and whoever takes it dies at it
        assert take_next(session, now=NOON + LIVES[Kind.INVITATION] - LEASE) is not None
        session.commit()
    assert work(settings, database, NOON + LIVES[Kind.INVITATION]) == (0, 0)
    with database.reading() as session:
        assert counts(session).failed == 2
        assert session.scalars(select(Notice.kind)).all() == ["letter-not-sent"]


def test_many_who_work_at_once_do_each_job_once(database: Database, settings: Settings, post: Post) -> None:
    with database.writing() as session:
        ids = [a_person(session, f"p{number}").id for number in range(12)]
        for person_id in ids:
            queue(session, Kind.DIGEST, person_id, now=NOON)
        session.commit()
    done = together(6, lambda _: work_off(settings, database, clock=lambda: NOON + MINUTE))
    assert sum(count for count, _ in done) == 12
    assert sorted(task.person_id or 0 for task in post.did) == sorted(ids)


def test_many_who_ask_at_once_put_it_down_once(database: Database, people: tuple[int, int]) -> None:
    assert sorted(together(8, lambda _: put_down(database, Kind.INVITATION, people[1]))) == [False] * 7 + [True]


def test_what_is_given_up_stays_so_even_when_it_is_being_done(
    database: Database, settings: Settings, post: Post, people: tuple[int, int]
) -> None:
    put_down(database, Kind.INVITATION, people[1])
    with database.writing() as session:
        task = take_next(session, now=NOON)
        assert task is not None
        session.commit()
    public_id = the_job(database).public_id
    with database.writing() as session:
        discard(session, public_id, actor=people[0], now=NOON)
        end_done(session, task, now=NOON)
        session.commit()
        with pytest.raises(NoSuchJob):
            discard(session, public_id, actor=people[0], now=NOON)
    assert the_job(database).outcome == "discarded"
    assert work(settings, database, NOON + LEASE) == (0, 0)


def test_whoever_asks_for_everybody_fills_no_disk(database: Database) -> None:
    with database.writing() as session:
        put = [queue_request(session, Kind.LINKS_ASKED, f"{n}@fiu.example", now=NOON) for n in range(MOST_WAITING + 1)]
        session.commit()
    assert put == [True] * MOST_WAITING + [False]


def test_people_are_invited_by_letters_that_wait(database: Database, people: tuple[int, int]) -> None:
    actor = Administrator(Reach(everywhere=True), people[0])
    with database.writing() as session:
        assert invite_by_letter(session, people, actor=actor, now=NOON) == 1
        session.commit()
    job = the_job(database)
    assert (job.kind, job.person_id, job.asked_by_id) == ("invitation", people[1], people[0])


def test_the_process_puts_digests_down_once_a_day_from_their_hour_on(
    database: Database, settings: Settings, post: Post
) -> None:
    with database.writing() as session:
        reader = a_person(session, "reader", email="reader@fiu.example")
        reader.wants_digest = True
        notify(session, reader.id, News(NoticeKind.COURSE_ASSIGNED, "k", "/", NO_COURSE), now=NOON)
        session.commit()
    worker = JobWorker(settings.model_copy(update={"digest_at": 6, "timezone": "UTC"}), database)

    def done(now: datetime) -> int:
        before = len(post.did)
        with at(now):
            assert worker.work(now=now) == PAUSE_SECONDS
        return len(post.did) - before

    assert done(NOON) == 1, "the day's were missed"
    assert done(NOON + timedelta(hours=11)) == 0
    assert done(NOON + timedelta(hours=17)) == 0, "five o'clock"
    assert done(NOON + timedelta(hours=18)) == 1
    assert done(NOON + timedelta(hours=19)) == 0


def test_jobs_that_ended_long_ago_are_forgotten(
    database: Database, settings: Settings, post: Post, people: tuple[int, int]
) -> None:
    put_down(database, Kind.INVITATION, people[1])
    work(settings, database, NOON)
    for late, left in ((KEPT - MINUTE, 1), (KEPT, 0)):
        with at(NOON + late):
            JobWorker(settings, database).work(now=NOON + late)
        with database.reading() as session:
            assert session.scalar(select(func.count()).select_from(Job)) == left


def test_a_database_that_does_not_answer_is_left_alone_for_a_while(
    database: Database, settings: Settings, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    with database.writing() as session:
        session.execute(text("ALTER TABLE job RENAME TO gone"))
        session.commit()
    assert JobWorker(settings, database).work(now=NOON) == PAUSE_AFTER_FAULT_SECONDS
    assert "the jobs wait" in caplog.text


def test_doctor_says_whether_letters_leave(
    database: Database, settings: Settings, post: Post, people: tuple[int, int]
) -> None:
    put_down(database, Kind.INVITATION, people[1])
    assert check_jobs(database, NOON).level is Level.OK
    assert "serve" in check_jobs(database, NOON + timedelta(hours=1)).advice
    post.fault = Down()
    work(settings, database, NOON)
    assert check_jobs(database, NOON).level is Level.PROBLEM
    work(settings, database, NOON + LIVES[Kind.INVITATION])
    assert check_jobs(database, NOON).level is Level.WARNING


def test_the_command_line_shows_what_waits_and_has_it_tried_again(
    database: Database, settings: Settings, post: Post, people: tuple[int, int], jobs: Command
) -> None:
    put_down(database, Kind.INVITATION, people[1])
    post.fault = Down()
    work(settings, database, NOON)
    shown = jobs("list").out.splitlines()
    assert shown[0] == "Waiting: 1, of them tried in vain: 1. Failed: 0."
    assert shown[1].endswith("waiting  invitation   since 2026-11-21 12:00 UTC  tries 1  The server is down.")
    assert "newcomer" not in "".join(shown)
    with at(NOON):
        assert jobs("retry").out == "To be tried now: 1.\n"
    assert the_job(database).due_at == NOON
