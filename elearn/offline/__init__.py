"""Without a network: the site as an installed app, and modules that a browser keeps.

A module is kept as one page without a trace of who keeps it, and never anything of a quiz. The service worker answers
with it where the network does not; signing out takes it away with everything else that the browser stored.
"""
