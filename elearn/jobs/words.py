"""Jobs in words."""

from elearn.jobs.rules import Kind, Outcome
from elearn.web.i18n import marked

KINDS = {
    Kind.LINKS_ASKED: marked("Looking up an address for which a new password was asked"),
    Kind.RESET_LINK: marked("Letter with a link to a new password"),
    Kind.INVITATION: marked("Invitation"),
    Kind.DIGEST: marked("Daily digest"),
}
OUTCOMES = {
    Outcome.DONE: marked("Done"),
    Outcome.FAILED: marked("Given up: its time was over"),
    Outcome.DISCARDED: marked("Given up by an administrator"),
}
