"""Files that people send, looked at by the virus scanner before anything else is done with them."""

import hashlib
from datetime import datetime

from flask import current_app

from elearn.audit.rules import Act, Detail, Kind, Thing
from elearn.audit.services import record
from elearn.scanning import Infected, NotScanned, check_clean
from elearn.security.policy import words_of
from elearn.settings import Settings
from elearn.web.identity import identity
from elearn.web.session import database, release


def check_upload(data: bytes, *, now: datetime) -> None:
    """Return if no scanner is set, or it finds nothing. Raises Infected, NotScanned, after the log was told.

    Ends what the request has read: the scanner takes its time, and nobody may wait for that.
    """
    settings: Settings = current_app.config["SETTINGS"]
    if settings.clamd_address is None:
        return
    person = identity()
    release()
    try:
        check_clean(settings.clamd_address, data)
    except (Infected, NotScanned) as refusal:
        file = Thing(Kind.FILE, hashlib.sha256(data).hexdigest())
        told: dict[str, Detail] = {"size": len(data), "malware": str(refusal.values.get("malware", "not scanned"))}
        with database().writing() as session:
            roles = words_of(person.grants)
            record(session, Act.UPLOAD_REFUSED, file, actor=person.person_id, now=now, roles=roles, **told)
            session.commit()
        raise
