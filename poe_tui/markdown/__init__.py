"""Markdown text to rows of styled cells. Knows no widget, no app and no colour."""
