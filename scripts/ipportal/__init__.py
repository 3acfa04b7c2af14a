"""Open-data portal kit for a public plan with targets."""

__version__ = "1.0.0"
