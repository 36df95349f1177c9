"""The app's manifest, its service worker, and modules on one page for a browser to keep."""

import hashlib
import json

from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from elearn.core.clock import now as clock
from elearn.learning.pictures import small_pictures
from elearn.learning.queries import course_of, required_learning
from elearn.learning.rules import OutcomeKind, place_of, reading_id, unit_of
from elearn.learning.services import record_outcome
from elearn.offline.pages import KeepingPage, module_page
from elearn.security.policy import Permission
from elearn.shipped import static_address
from elearn.web.access import needs, public
from elearn.web.i18n import language
from elearn.web.identity import identity
from elearn.web.session import commit, session
from elearn.web.shell import shell
from elearn.web.static import FOR_A_DAY, asset_urls

offline = Blueprint("offline", __name__)

ICONS = (("icons/app-192.png", "192x192", "any"), ("icons/app-512.png", "512x512", "any maskable"))
GROUND = "#FBFAF7"
PRIMARY = "#0B5D66"


@offline.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """What a device shows of the site once it is installed there."""
    name = current_app.config["SITE_NAME"]
    said = {
        "name": name,
        "short_name": name,
        "lang": language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": PRIMARY,
        "icons": [
            {"src": static_address(path), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for path, sizes, purpose in ICONS
        ],
    }
    response: Response = current_app.response_class(
        json.dumps(said, ensure_ascii=False), content_type="application/manifest+json; charset=utf-8"
    )
    response.headers["Cache-Control"] = FOR_A_DAY
    return _if_changed(response)


@offline.get("/service-worker.js")
@public
def service_worker() -> Response:
    """The worker for pages in one language; a browser asks for it anew on each visit and takes what has changed."""
    assets = asset_urls()
    needed = [
        f"/offline?lang={language()}",
        assets.css,
        assets.js,
        assets.offline_js,
        static_address("icons.svg"),
        static_address("favicon.svg"),
    ]
    script = render_template("offline/service-worker.js", needed=needed, version=_version(needed))
    response: Response = current_app.response_class(script, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return _if_changed(response)


def _if_changed(response: Response) -> Response:
    """The answer, or that it is what the browser has already; weak, because it may be compressed on its way."""
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


def _version(needed: list[str]) -> str:
    return hashlib.sha256("\n".join(needed).encode()).hexdigest()[:12]


@offline.get("/offline")
@public
def keeping() -> str:
    """What this browser keeps. Whoever wants another page without a network lands here."""
    return render_template("offline/keeping.html", page=KeepingPage(shell()))


@offline.get("/courses/<slug>/offline/<module_id>")
@needs(Permission.LEARN)
def module(slug: str, module_id: str) -> str:
    """A module on one page: to print, to read at a stretch, and (with ``?copy``) for a browser to keep."""
    found = required_learning(session(), identity().person_id, slug)
    course = course_of(session(), found)
    asked = place_of(course, module_id, "opening").module
    page = module_page(course, found, asked, is_copy="copy" in request.args, now=clock())
    made = render_template("offline/module.html", page=page)
    return small_pictures(made) if page.is_copy else made


@offline.post("/courses/<slug>/offline/<module_id>/read")
@needs(Permission.LEARN)
def read(slug: str, module_id: str) -> Answer:
    """The whole module was read, here or without a network: record each of its sections."""
    found = required_learning(session(), identity().person_id, slug)
    course = course_of(session(), found)
    asked = place_of(course, module_id, "opening").module
    now = clock()
    for section in asked.sections:
        unit = unit_of(asked, section)
        record_outcome(
            session(),
            found.enrolment_id,
            client_id=reading_id(found.enrolment_id, unit),
            kind=OutcomeKind.SECTION_READ,
            unit=unit,
            now=now,
        )
    commit()
    return redirect(f"/courses/{slug}")
