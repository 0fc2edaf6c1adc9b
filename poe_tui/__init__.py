"""A full-screen terminal chat client for Poe."""

__version__ = "0.1.0"
