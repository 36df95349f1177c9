"""What machines ask: whether the site answers, whether it is ready, what it has done. No session, no secret."""

import logging
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from ipaddress import ip_address, ip_network
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from elearn.core.refusals import NotFound
from elearn.db.migrating import newest_revision
from elearn.settings import Settings
from elearn.shipped import shipped
from elearn.web.access import public
from elearn.web.observed import observer_of
from elearn.web.session import session

LEAST_DISK = 16 * 1024**2
"""With fewer bytes free nothing can be counted on to be saved."""
FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP")
"""What proxies add to a request."""

# Asked for numbers that stand in the database: the metric's name without elearn_, what it says, and its value.
Gauges = Callable[[Session], Mapping[str, tuple[str, int]]]
gauges: list[Gauges] = []

health = Blueprint("health", __name__)
log = logging.getLogger("elearn")

# Not SELECT 1, which SQLite answers without looking at its file.
_ARE_YOU_THERE = text("SELECT version_num FROM alembic_version")


@health.get("/healthz")
@public
def healthz() -> tuple[Response, int]:
    """200 if the database answers, 503 if not: whether to start this server again."""
    try:
        session().connection().execute(_ARE_YOU_THERE).all()
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return jsonify(status="the database does not answer"), 503
    return jsonify(status="ok"), 200


@health.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """200 if all that a request may need is there, 503 with what is not: whether to send people to this server."""
    settings: Settings = current_app.config["SETTINGS"]
    reasons = [reason for reason in (_database_lacks(), _folder_lacks(settings.data_dir)) if reason is not None]
    if reasons:
        log.error("not ready: %s", "; ".join(reasons))
        return jsonify(status="not ready", reasons=reasons), 503
    return jsonify(status="ready"), 200


def _database_lacks() -> str | None:
    try:
        present = session().connection().execute(_ARE_YOU_THERE).scalar()
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return "the database does not answer"
    return None if present == _needed() else "the database is not at the revision that this version needs"


@cache
def _needed() -> str | None:
    return newest_revision(shipped("migrations"))


def _folder_lacks(folder: Path) -> str | None:
    if not os.access(folder, os.W_OK | os.X_OK):
        return "the data folder cannot be written to"
    return "the disk is full" if shutil.disk_usage(folder).free < LEAST_DISK else None


@health.get("/metrics")
@public
def metrics() -> Response:
    """Counts and durations for Prometheus. Raises NotFound for those who may not read them."""
    if not _may_read_metrics():
        raise NotFound
    lines = observer_of(current_app).meters.text() + "".join(_gauges())
    return Response(lines, content_type="text/plain; version=0.0.4; charset=utf-8")


def _gauges() -> Iterator[str]:
    """What features tell of the database; nothing while it does not answer, and the other numbers all the same."""
    for tell in gauges:
        try:
            told = tell(session())
        except SQLAlchemyError:
            log.exception("the database does not answer")
            continue
        for name, (says, value) in told.items():
            yield f"# HELP elearn_{name} {says}\n# TYPE elearn_{name} gauge\nelearn_{name} {value}\n"


def _may_read_metrics() -> bool:
    """Whether it is a program on this machine, or an address that METRICS_FROM names.

    A proxy on this machine asks from the loopback, too: what was forwarded is for addresses named alone, and if no
    proxy is trusted there is no telling whose it is.
    """
    settings: Settings = current_app.config["SETTINGS"]
    is_forwarded = any(name in request.environ for name in FORWARDED)
    if is_forwarded and not settings.trusted_proxies:
        return False
    try:
        asker = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    is_named = any(asker in ip_network(network) for network in settings.metrics_from)
    return is_named or (asker.is_loopback and not is_forwarded)
