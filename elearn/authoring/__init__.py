"""What trainers do in the browser: edit a course's Markdown beside its preview, keep drafts, publish a release.

Words: a *draft* is a file of a course as it will be in the next release; the *draft course* is the current release
with every draft laid over it. A draft is *behind* when the file it was begun from was published anew meanwhile, by a
colleague or by ``elearn course import``: nobody's text is overwritten unseen, so such a draft waits for somebody to
look at it.

The modules named ``bank…`` bring question banks of other systems in as pools, and quizzes and pools out
(``elearn.banks`` does the converting).

The modules named ``item…`` show trainers what the answers say about their questions (item analysis).

The modules named ``language…`` show how complete each language is.
"""
