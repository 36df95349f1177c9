"""What a backup says about itself."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from elearn.core.refusals import Unsound

FORMAT = 1
MANIFEST = "manifest.json"
SECRET = "secret.key"  # noqa: S105 the name of a file
SQLITE = "elearn.sqlite"


class BackupDamaged(Unsound):
    """The file is no backup, or not as it was written."""

    message = "%(path)s is not a whole backup: %(reason)s. Nothing was changed; take another one."


class BackupIsNewer(Unsound):
    """A newer version of the program made the backup."""

    message = "%(path)s was made by elearn %(version)s, a newer one; install that version, and restore with it."


class BackupUnreadable(Unsound):
    """The file cannot be read."""

    message = "%(path)s cannot be read: %(reason)s."


class NoRoomToUnpack(Unsound):
    """The disk has less room than the backup needs."""

    message = (
        "%(path)s unpacks to %(wanted)s, but only %(free)s are free in %(folder)s. Nothing was changed; make room."
    )


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Member(_Frozen):
    """A file inside: ``size`` in bytes, ``sha256`` of its content."""

    name: str = Field(pattern=r"^[a-z0-9_][a-z0-9_.]*$")
    size: int = Field(ge=0)
    sha256: str


class Table(_Frozen):
    """A table: how many rows it had. From PostgreSQL, which member has them, and their columns in its order."""

    name: str
    rows: int
    member: str | None = None
    columns: tuple[str, ...] = ()


class Manifest(_Frozen):
    """All about a backup. ``tables`` are in an order in which no row refers to one that comes later."""

    format: int
    version: str  # of elearn
    taken_at: datetime
    database: Literal["sqlite", "postgresql"]
    database_version: str
    revision: str  # of the migrations
    tables: tuple[Table, ...]
    members: tuple[Member, ...]

    @field_validator("members")
    @classmethod
    def _named_once(cls, value: tuple[Member, ...]) -> tuple[Member, ...]:
        if len({member.name for member in value}) < len(value):
            raise ValueError("a member is named twice")
        return value

    @property
    def row_count(self) -> int:
        """How many rows all tables have."""
        return sum(table.rows for table in self.tables)
