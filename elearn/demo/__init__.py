"""A throw-away site to look at: five invented countries, forty invented people at different stages of the courses."""
