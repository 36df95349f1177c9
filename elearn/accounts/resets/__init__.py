"""A new password without the old one: by a link in an e-mail, or by a one-time code from a coordinator's hand.

Neither signs anybody in: whoever has a second step still needs it. The answers are the same for accounts that are
there and for those that are not. Announces ``services.post``: a letter is to be sent.
"""
