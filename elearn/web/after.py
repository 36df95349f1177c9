"""Short writes after the answer is made: a page that is read must not write in its own transaction.

When somebody was last seen and where they stopped reading are remembered in a second, short transaction. If the
database cannot take it just then, the page is sent all the same: nobody was told that anything was saved.
"""

import logging
from collections.abc import Callable

from flask import Flask, g
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from elearn.web.logged import asked
from elearn.web.session import database, release

log = logging.getLogger("elearn")

Write = Callable[[Session], None]


def remember(write: Write) -> None:
    """Do this write after the page is made."""
    g.setdefault("later", []).append(write)


def init_after(app: Flask) -> None:
    """Do what was put off, in one transaction of its own."""

    @app.after_request
    def _write(response: Response) -> Response:
        later: list[Write] | None = g.pop("later", None)
        if later and response.status_code < 400:
            release()  # ends the request's own transaction: two at once would wait for each other
            try:
                with database().writing() as session:
                    for write in later:
                        write(session)
                    session.commit()
            except SQLAlchemyError:
                log.exception("what was to be remembered after %s was not", asked())
        return response
