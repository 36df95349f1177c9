"""What a cohort is called. Pure."""

from elearn.core.refusals import Conflict, NotAllowed, NotFound


class NoSuchCohort(NotFound):
    """There is no such cohort, or not for this actor."""

    message = "There is no such cohort."


class CohortNameTaken(Conflict):
    """Another cohort has this name."""

    message = "There is a cohort of the name %(name)s already; choose another name."


class CohortOfOthers(Conflict):
    """A file names a cohort whose people are all beyond the actor's reach, and which others made."""

    message = "There is a cohort of the name %(name)s that you do not see. Give yours another name in the file."


class CohortHasOthers(NotAllowed):
    """A cohort is to go that has people beyond the actor's reach."""

    message = "Somebody in this cohort is beyond your reach, so it stays. You can take your own people out of it."


class NobodyOfThisName(NotFound):
    """A sign-in name belongs to nobody within reach."""

    message = "Nobody within your reach has the sign-in name %(name)s, so nobody was added."


def cohort_key(name: str) -> str:
    """What tells cohorts apart: capitals do not."""
    return name.casefold()
