"""``/healthz``: whether this site can answer, for a load balancer or a monitor. No session, no secret."""

import logging

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from elearn.web.access import public
from elearn.web.session import session

health = Blueprint("health", __name__)
log = logging.getLogger("elearn")

# Not SELECT 1, which SQLite answers without looking at its file.
_ARE_YOU_THERE = text("SELECT 1 FROM alembic_version")


@health.get("/healthz")
@public
def healthz() -> tuple[Response, int]:
    """200 if the database answers, 503 if not."""
    try:
        session().connection().execute(_ARE_YOU_THERE).all()
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return jsonify(status="the database does not answer"), 503
    return jsonify(status="ok"), 200
