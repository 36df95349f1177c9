"""The second step of signing in: a code of an authenticator app, or a recovery code from paper.

A person *sets it up* once with their phone and gets ten *recovery codes*, each good once. A session that was begun with
such a code is *second-proven*; who has a role of ``MFA_ROLES`` reaches nothing with another one but the page to set up.
"""
