"""One quiet e-mail a day with what waits unread, for those who ask for it.

It holds titles and links, nothing else: what it tells is read after signing in. Each digest is a job. A notice is in
one at most: it is claimed before the letter leaves, and given back if that could not be sent.
"""
