"""elearn: the learning platform of a financial intelligence unit."""

__version__ = "0.1.0"
