"""Files and pages by which data leave the site: each is put down in the audit log before it is given."""

from datetime import datetime
from typing import IO

from flask import request

from elearn.audit.rules import Act, Detail, Thing
from elearn.audit.services import record
from elearn.security.policy import words_of
from elearn.web.identity import identity
from elearn.web.session import database, release


def record_export(thing: Thing, *, now: datetime, file: IO[bytes] | None = None, **details: Detail) -> None:
    """Put down that who asks is given this, and make it last at once: what cannot be put down is not given.

    Ends what the request has read; so it is called when the ``file`` is made, which is closed if it is not given. A
    HEAD request gives nothing.
    """
    person = identity()
    release()
    if request.method == "HEAD":
        return
    try:
        with database().writing() as session:
            roles = words_of(person.grants)
            record(session, Act.EXPORTED, thing, actor=person.person_id, now=now, roles=roles, **details)
            session.commit()
    except BaseException:
        if file is not None:
            file.close()
        raise
