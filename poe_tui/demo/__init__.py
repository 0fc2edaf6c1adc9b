"""The demo service: a real HTTP server that stands in for Poe, and its scripted bots."""
