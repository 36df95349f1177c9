"""Published courses. A *course* has *releases*; a release is immutable: its sources, the compiled course, its pictures.

Words: *slug* is the folder's and the URL's name, *digest* identifies a release by its sources. Processes keep compiled
releases in memory by digest, so a page needs no query for its text. Hook: ``release_published`` (see ``wiring``).
"""
