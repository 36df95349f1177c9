"""What people call what is held about them."""

from elearn.web.i18n import marked

TITLES = {
    "person": marked("The account"),
    "agency_stay": marked("Earlier agencies"),
    "role_grant": marked("Roles"),
    "cohort_member": marked("Cohorts"),
    "second_step": marked("Second step"),
    "passkey": marked("Passkeys"),
    "recovery_code": marked("Recovery codes"),
    "person_identity": marked("Single sign-on"),
    "password_reset": marked("Ways to a new password"),
    "job": marked("Letters to be sent"),
    "user_session": marked("Sessions"),
    "notice": marked("Notices"),
    "enrolment": marked("Courses"),
    "outcome": marked("What was learnt"),
    "note": marked("Notes"),
    "bookmark": marked("Bookmarks"),
    "attempt": marked("Attempts"),
    "answer": marked("Answers"),
    "mark": marked("Marks"),
    "remark": marked("Marks given again"),
    "hand_marking": marked("Marks by hand"),
    "rubric_mark": marked("What markers wrote"),
    "attachment": marked("Files of answers"),
    "extra_time": marked("Extra time"),
    "mistake_report": marked("Reported mistakes"),
    "certificate": marked("Certificates"),
    "audit_event": marked("Audit log"),
}
"""By the name of the table."""
