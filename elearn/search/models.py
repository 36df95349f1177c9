"""The table of what can be found. The words of it are kept by the database's own engine, see ``engines``."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from elearn.db.base import Base


class IndexedPassage(Base):
    """A passage of a release in one language; ``passage_words`` has its words under the same number."""

    __tablename__ = "passage"
    __table_args__ = (UniqueConstraint("release_id", "language", "kind", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)  # in the order of the course's pages
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    language: Mapped[str] = mapped_column(String(10))
    is_source: Mapped[bool]  # the course was written in it: whoever has no other language is shown this
    kind: Mapped[str] = mapped_column(String(10))  # passages.Kind
    place: Mapped[str] = mapped_column(String(160))  # module/section, the id of a term, or empty: the course
