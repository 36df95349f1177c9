"""What becomes of a report of a mistake, in words."""

from elearn.mistakes.rules import State
from elearn.web.i18n import marked

STATES = {
    State.OPEN: marked("Waiting for an answer"),
    State.FIXED: marked("Fixed"),
    State.NO_MISTAKE: marked("Not a mistake"),
    State.DUPLICATE: marked("Reported before"),
}
