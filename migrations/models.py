"""All model modules, imported so that ``Base.metadata`` knows every table."""

from elearn.accounts import models as accounts
from elearn.assessment import models as assessment
from elearn.authoring import models as authoring
from elearn.catalogue import models as catalogue
from elearn.certificates import models as certificates
from elearn.db.base import Base
from elearn.learning import models as learning
from elearn.notes import models as notes
from elearn.reporting import models as reporting

MODULES = (accounts, catalogue, learning, assessment, certificates, reporting, authoring, notes)
metadata = Base.metadata
