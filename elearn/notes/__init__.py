"""Private notes and bookmarks on the sections of a course.

A *note* is plain text, one a section; a *bookmark* marks a section to come back to. Both belong to an enrolment and
the id of a section, so they outlive a new release. Nobody but their writer ever reads them: there is no query here
that does not start from an enrolment of the one who asks. What a save from another device replaced unseen stands
under the note as an *earlier text* until its writer has looked at it.
"""
