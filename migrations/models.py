"""All model modules, imported so that ``Base.metadata`` knows every table."""

from elearn.accounts import models as accounts
from elearn.accounts.resets import models as resets
from elearn.accounts.second import models as second
from elearn.accounts.sso import models as sso
from elearn.assessment import models as assessment
from elearn.audit import models as audit
from elearn.authoring import models as authoring
from elearn.catalogue import models as catalogue
from elearn.certificates import models as certificates
from elearn.db.base import Base
from elearn.jobs import models as jobs
from elearn.learning import models as learning
from elearn.mistakes import models as mistakes
from elearn.notes import models as notes
from elearn.notices import models as notices
from elearn.reporting import models as reporting
from elearn.search import models as search

MODULES = (
    accounts,
    second,
    resets,
    sso,
    jobs,
    catalogue,
    learning,
    assessment,
    certificates,
    reporting,
    authoring,
    search,
    mistakes,
    notices,
    notes,
    audit,
)
metadata = Base.metadata


def is_ours(name: str | None, kind: str, parents: object) -> bool:
    """Whether a table is described by a model; those of the full-text engines are made by a migration alone."""
    return kind != "table" or name is None or not name.startswith("passage_words")
