"""Running the site: one parent that binds the port, holds the data folder, migrates and keeps its workers alive.

Words: a *worker* is a process that answers requests; a *listener* is a socket that listens at the site's port; to
*drain* is to finish the requests that are being answered and take no new ones.
"""
