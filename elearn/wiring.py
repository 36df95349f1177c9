"""What is connected to what: blueprints, the identity loader, and the hooks by which news goes up.

Web, command line and jobs all call :func:`connect_hooks`, so a course completed in the browser and one completed by
an import have the same consequences.
"""

from functools import partial
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask

from elearn.accounts.services import person_moved
from elearn.accounts.signing_in import load_identity, session_limits
from elearn.accounts.views import accounts
from elearn.assessment.attachments.views import attachments
from elearn.assessment.by_hand.views import by_hand
from elearn.assessment.disputes.views import disputes
from elearn.assessment.extra_time_views import extra_time
from elearn.assessment.showing import unanswered_check
from elearn.assessment.views import assessment
from elearn.authoring.bank_views import banks
from elearn.authoring.item_views import items
from elearn.authoring.views import authoring
from elearn.book.views import books
from elearn.catalogue.views import catalogue
from elearn.certificates.services import award_certificate, certificate_awarded, certificate_revoked
from elearn.certificates.views import certificates
from elearn.home.views import home_views
from elearn.learning import reader as lessons
from elearn.learning.services import course_completed, enrolment_changed
from elearn.learning.views import learning
from elearn.offline.views import offline
from elearn.reporting.services import follow_certificate, follow_enrolment, follow_person
from elearn.reporting.views import reporting
from elearn.settings import Settings
from elearn.web.health import health
from elearn.web.identity import IdentityLoader


def identity_loader() -> IdentityLoader:
    """Who finds the person of a request."""
    return load_identity


def blueprints() -> tuple[Blueprint, ...]:
    """The views of every feature."""
    return (
        home_views,
        accounts,
        catalogue,
        learning,
        offline,
        books,
        assessment,
        attachments,
        disputes,
        by_hand,
        extra_time,
        authoring,
        items,
        banks,
        certificates,
        reporting,
        health,
    )


def connect(app: Flask) -> None:
    """Give the features what they keep on the application, and connect the hooks."""
    settings: Settings = app.config["SETTINGS"]
    app.config["SESSION_LIMITS"] = session_limits(settings)
    connect_hooks(settings)


def connect_hooks(settings: Settings) -> None:
    """Connect who announces something to who wants to know it."""
    zone = ZoneInfo(settings.timezone)
    enrolment_changed[:] = [partial(follow_enrolment, zone=zone)]
    course_completed[:] = [partial(award_certificate, issuer=settings.issuer_name, zone=zone)]
    certificate_awarded[:] = certificate_revoked[:] = [partial(follow_certificate, zone=zone)]
    person_moved[:] = [partial(follow_person, zone=zone)]
    lessons.unanswered_check[:] = [unanswered_check]
