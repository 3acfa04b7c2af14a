"""Open-data portal kit for a development zone's intellectual-property plan."""

__version__ = "1.0.0"
