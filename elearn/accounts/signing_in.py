"""The session cookie, and finding who a request comes from (what ``web.identity`` asks for)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import Request, current_app, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from elearn.accounts.blueprint import site_limits, site_passwords, site_settings
from elearn.accounts.directories import Directory, DirectorySilent
from elearn.accounts.models import Person
from elearn.accounts.queries import (
    account_of,
    is_administrator,
    live_session,
    person_by_sign_in_name,
    person_with_password,
)
from elearn.accounts.rules import TOUCH_EVERY, Door, SessionLimits, TooManyTries, WrongPassword, folded_name, is_name
from elearn.accounts.second.queries import has_second_step
from elearn.accounts.second.services import use_code
from elearn.accounts.services import end_session, open_session, reserve_sign_in, touch_session
from elearn.audit.queries import was_recorded
from elearn.audit.rules import Act, Actor, Bystander, Kind, Thing
from elearn.audit.rules import person as the_person
from elearn.audit.services import record
from elearn.core.clock import now as clock
from elearn.core.identifiers import token_hash
from elearn.core.refusals import Refusal
from elearn.security.identity import Identity
from elearn.security.tokens import browser_mark, name_mark
from elearn.settings import Settings
from elearn.web.after import remember
from elearn.web.identity import identity, identity_or_none
from elearn.web.meters import Count
from elearn.web.observed import observer_of
from elearn.web.redirects import local_path
from elearn.web.session import commit, reading, session

MARK_SECONDS = 365 * 86400
STATUSES: Mapping[type[Refusal], int] = {TooManyTries: 429, DirectorySilent: 503}
"""Of refusals of a try that say more than that it was wrong."""


def session_limits(settings: Settings) -> SessionLimits:
    """How long sessions live on this site."""
    return SessionLimits(
        idle=timedelta(minutes=settings.session_idle_minutes),
        shared_idle=timedelta(minutes=settings.shared_idle_minutes),
        whole=timedelta(hours=settings.session_hours),
    )


def cookie_name() -> str:
    """The session cookie's name; ``__Host-`` binds it to this host where there is TLS."""
    return "__Host-elearn" if current_app.config["IS_SECURE"] else "elearn"


def load_identity(request: Request) -> Identity | None:
    """Who a request comes from, by the session cookie; remembers at most once a minute that they were seen."""
    token = request.cookies.get(cookie_name())
    if not token or len(token) > 100:
        return None
    now = clock()
    hashed = token_hash(token)
    limits = current_app.config["SESSION_LIMITS"]
    # Never in a session that writes: whoever is nobody must not hold the right to write, nor others up.
    found = live_session(reading(), hashed, limits, now=now)
    if found is None:
        return None
    if now - found.seen_at >= TOUCH_EVERY:
        remember(lambda later: touch_session(later, found.session_id, now=now))
    return Identity(
        person_id=found.person_id,
        public_id=found.public_id,
        full_name=found.full_name,
        sign_in_name=found.sign_in_name,
        language=found.language,
        agency_id=found.agency_id,
        country=found.country,
        grants=found.grants,
        session_id=found.session_id,
        session_hash=hashed,
        seen_at=found.seen_at,
        unread_count=found.unread_count,
        reading=found.reading,
        is_shared_device=found.is_shared_device,
        is_second_proven=found.is_second_proven,
    )


def reserve_try(name: str) -> None:
    """Count a try for a sign-in name, whichever door it is at. Raises TooManyTries."""
    tries = site_settings().sign_in_tries
    reserve_sign_in(session(), name, tries=tries, window=tries_window(), now=clock())


def tries_window() -> timedelta:
    """How long tries are counted."""
    return timedelta(minutes=site_settings().sign_in_window_minutes)


def proven_self(password: str, code: str) -> Person:
    """Oneself, if password and code are right; it counts as a try. The password may be one that a directory knows.

    Raises TooManyTries, WrongPassword, WrongCode, DirectorySilent.
    """
    me = identity()
    reserve_try(me.sign_in_name)
    stored = account_of(session(), me.person_id).password_hash
    is_chief = is_administrator(session(), me.person_id)
    commit()
    is_right = site_passwords().matches(stored, password) and stored is not None
    if not is_right and (is_chief or not directory_knows(me.sign_in_name, password)):
        raise WrongPassword
    found = person_with_password(session(), me.person_id, stored)
    if found is None:
        raise WrongPassword
    check_second(found, code)
    return found


def directory_knows(typed: str, password: str) -> bool:
    """Whether there is a directory, and a password is right for the name there. Raises DirectorySilent."""
    directory: Directory | None = current_app.config["DIRECTORY"]
    name = folded_name(typed)
    return directory is not None and is_name(name) and directory.check(name, password) is not None


def check_second(person: Person, code: str) -> None:
    """Return if somebody has no second step, or this is a code of it, which then is good no more. Raises WrongCode."""
    if has_second_step(session(), person.id):
        use_code(session(), person, code, secret=current_app.config["SECRET_KEY"], now=clock())


def note_refusal(typed: str, refusal: Refusal, door: Door, *, now: datetime) -> None:
    """Put down and count that a try with a sign-in name was refused; commits."""
    known = identity_or_none() if door is Door.ACCOUNT else None
    actor = known.person_id if known is not None else Bystander.NOBODY
    record_refused_sign_in(session(), typed, refusal, door=door, actor=actor, window=tries_window(), now=now)
    commit()
    if door is not Door.ACCOUNT:
        observer_of(current_app).meters.count(Count.SIGN_INS_REFUSED)


def record_refused_sign_in(
    session: Session, typed: str, refusal: Refusal, *, door: Door, actor: Actor, window: timedelta, now: datetime
) -> None:
    """Put down that a sign-in was refused: about the person whose name it was, or a mark of a name that nobody has.

    That one waits is put down once in a window; a flood of tries would be a flood of events.
    """
    found = person_by_sign_in_name(session, typed)
    mark = name_mark(current_app.config["SECRET_KEY"], folded_name(typed))
    about = the_person(found.public_id) if found is not None else Thing(Kind.SIGN_IN_NAME, mark)
    if not isinstance(refusal, TooManyTries):
        record(session, Act.SIGN_IN_REFUSED, about, actor=actor, now=now, door=door)
    elif not was_recorded(session, Act.SIGN_IN_THROTTLED, about, since=now - window):
        record(session, Act.SIGN_IN_THROTTLED, about, actor=actor, now=now, door=door)


def begin_session(
    person: Person,
    *,
    is_shared_device: bool,
    now: datetime,
    is_second_proven: bool = False,
    door: str = Door.PASSWORD,
    next_path: str | None = None,
) -> Response:
    """Sign a person in: commit, and lead on to where they wanted with the cookies of a new session.

    ``next_path`` is where, if the form does not say it.
    """
    before = identity_or_none()
    if before is not None:
        end_session(session(), before.session_id, now=now)  # one browser, one session
    token = open_session(
        session(),
        person,
        site_limits(),
        is_shared_device=is_shared_device,
        is_second_proven=is_second_proven,
        door=door,
        now=now,
    )
    public_id = person.public_id
    commit()
    response = redirect(local_path(next_path or request.form.get("next"), url_for("home.home")))
    forget_another(response, request, public_id, is_shared_device=is_shared_device)
    set_session_cookie(response, token)
    return response


def set_session_cookie(response: Response, token: str) -> None:
    """Give the browser its session. Without an expiry of its own, so that closing the browser forgets it."""
    response.set_cookie(
        cookie_name(), token, httponly=True, samesite="Lax", secure=current_app.config["IS_SECURE"], path="/"
    )


def mark_cookie() -> str:
    """The name of the cookie by which a browser knows again who signed in last."""
    return "__Host-elearn-last" if current_app.config["IS_SECURE"] else "elearn-last"


def forget_another(response: Response, request: Request, public_id: str, *, is_shared_device: bool) -> None:
    """Have the browser forget what it stored for somebody else; on a shared device, for anybody."""
    mark = browser_mark(current_app.config["SECRET_KEY"], public_id)
    last = request.cookies.get(mark_cookie())
    if is_shared_device or (last is not None and last != mark):
        response.headers["Clear-Site-Data"] = '"storage"'
    secure = current_app.config["IS_SECURE"]
    if is_shared_device:
        response.delete_cookie(mark_cookie(), httponly=True, samesite="Lax", secure=secure, path="/")
    else:
        response.set_cookie(
            mark_cookie(), mark, max_age=MARK_SECONDS, httponly=True, samesite="Lax", secure=secure, path="/"
        )


def clear_session_cookie(response: Response) -> None:
    """Take the session away from the browser, with everything it stored of the site."""
    response.delete_cookie(
        cookie_name(), httponly=True, samesite="Lax", secure=current_app.config["IS_SECURE"], path="/"
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
