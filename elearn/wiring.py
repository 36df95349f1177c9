"""What is connected to what: blueprints, the identity loader, and the hooks by which news goes up.

Web, command line and jobs all call :func:`connect_hooks`, so a course completed in the browser and one completed by
an import have the same consequences.
"""

from functools import partial
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask

from elearn.accounts.agencies.views import agencies
from elearn.accounts.cohorts.views import cohorts
from elearn.accounts.directories import directory_of
from elearn.accounts.importing.views import importing
from elearn.accounts.inviting.letters import send_invitation
from elearn.accounts.inviting.services import tell_not_sent
from elearn.accounts.inviting.views import inviting
from elearn.accounts.queries import role_words
from elearn.accounts.resets.letters import find_who_asked, send_link
from elearn.accounts.resets.views import resets
from elearn.accounts.second.views import second
from elearn.accounts.services import person_moved, session_opened
from elearn.accounts.signing_in import load_identity, session_limits
from elearn.accounts.sso.provider import Provider
from elearn.accounts.sso.views import sso
from elearn.accounts.views import accounts
from elearn.assessment.attachments.views import attachments
from elearn.assessment.by_hand.views import by_hand
from elearn.assessment.disputes.views import disputes
from elearn.assessment.extra_time_views import extra_time
from elearn.assessment.services import attempt_handed_in, attempt_started
from elearn.assessment.showing import unanswered_check
from elearn.assessment.views import assessment
from elearn.audit.services import roles_of
from elearn.authoring.bank_views import banks
from elearn.authoring.item_views import items
from elearn.authoring.language_views import languages
from elearn.authoring.queries import draft_version
from elearn.authoring.views import authoring
from elearn.book.views import books
from elearn.catalogue.services import release_published
from elearn.catalogue.views import catalogue
from elearn.certificates.desk_views import certificate_desk
from elearn.certificates.services import (
    award_certificate,
    certificate_awarded,
    certificate_revoked,
    tell_what_expires,
)
from elearn.certificates.views import certificates
from elearn.digest.letters import send_digest
from elearn.home.views import home_views
from elearn.jobs.queries import gauges as job_gauges
from elearn.jobs.rules import Kind
from elearn.jobs.services import job_failed
from elearn.jobs.working import handlers
from elearn.learning import reader as lessons
from elearn.learning.assigning.services import remind_of_due
from elearn.learning.assigning.views import assigning
from elearn.learning.services import course_completed, enrolment_changed
from elearn.learning.views import learning
from elearn.mistakes import services as reports
from elearn.mistakes.views import mistakes
from elearn.notes.reader import note_on_section
from elearn.notes.views import notes
from elearn.notices.views import notices
from elearn.offline.views import offline
from elearn.oversight.views import oversight
from elearn.oversight.work.views import work
from elearn.reporting.services import follow_certificate, follow_enrolment, follow_person
from elearn.reporting.views import reporting
from elearn.rights.views import rights
from elearn.search.services import follow_publication
from elearn.search.views import search
from elearn.settings import Settings
from elearn.web.health import gauges, health
from elearn.web.identity import IdentityLoader
from elearn.web.meters import Count
from elearn.web.observed import observer_of


def identity_loader() -> IdentityLoader:
    """Who finds the person of a request."""
    return load_identity


def blueprints() -> tuple[Blueprint, ...]:
    """The views of every feature."""
    return (
        home_views,
        accounts,
        second,
        resets,
        sso,
        agencies,
        importing,
        inviting,
        cohorts,
        notices,
        catalogue,
        learning,
        assigning,
        notes,
        offline,
        books,
        assessment,
        attachments,
        disputes,
        by_hand,
        extra_time,
        authoring,
        items,
        languages,
        banks,
        mistakes,
        certificates,
        certificate_desk,
        search,
        reporting,
        oversight,
        work,
        rights,
        health,
    )


def connect(app: Flask) -> None:
    """Give the features what they keep on the application, and connect the hooks."""
    settings: Settings = app.config["SETTINGS"]
    app.config["SESSION_LIMITS"] = session_limits(settings)
    app.config["PROVIDER"] = Provider(settings) if settings.oidc_issuer is not None else None
    app.config["DIRECTORY"] = directory_of(settings)
    connect_hooks(settings)
    meters = observer_of(app).meters
    session_opened.append(meters.when_committed(Count.SIGN_INS))
    attempt_started[:] = [meters.when_committed(Count.ATTEMPTS_STARTED)]
    gauges[:] = [job_gauges]
    attempt_handed_in[:] = [meters.when_committed(Count.ATTEMPTS_HANDED_IN)]


def connect_hooks(settings: Settings) -> None:
    """Connect who announces something to who wants to know it."""
    zone = ZoneInfo(settings.timezone)
    roles_of[:] = [role_words]
    release_published[:] = [follow_publication]
    enrolment_changed[:] = [partial(follow_enrolment, zone=zone)]
    course_completed[:] = [partial(award_certificate, issuer=settings.issuer_name, zone=zone)]
    certificate_awarded[:] = certificate_revoked[:] = [partial(follow_certificate, zone=zone)]
    session_opened[:] = [partial(tell_what_expires, zone=zone), partial(remind_of_due, zone=zone)]
    person_moved[:] = [partial(follow_person, zone=zone)]
    lessons.unanswered_check[:] = [unanswered_check]
    reports.draft_version[:] = [draft_version]
    handlers.update(
        {
            Kind.LINKS_ASKED: find_who_asked,
            Kind.RESET_LINK: send_link,
            Kind.INVITATION: send_invitation,
            Kind.DIGEST: send_digest,
        }
    )
    job_failed[:] = [tell_not_sent]
    lessons.personal[:] = [note_on_section]
