"""A whole site as one file, and back; a database moved to another kind.

Words: a *backup* is a file with all that a site cannot make anew: its database, in which the media are, and its secret
key. Its *members* are the files inside; the *manifest*, the first of them, names the others with size and SHA-256. A
backup is *sealed* if a passphrase is needed to read it.
"""
