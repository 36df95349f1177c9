"""The HTTP kit without a site."""
