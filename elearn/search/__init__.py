"""Full-text search over the courses a person may read.

Words: a *passage* is what can be found and led to: a section, a term of a glossary, a course. Its words are *folded*
(case, ё, apostrophes) and *stemmed*, in ``words``, when a release is published, and so are those of a question. A
*reading* is what a question asks for in some languages: each stems in its own way. A *hit* is a passage found.
SQLite (FTS5) and PostgreSQL (tsvector) only keep and match words, see ``engines``; what is shown of a hit comes from
the compiled course, so the index holds no text of its own, and nothing that a page of the reader does not show.
"""
