"""The transcript: messages as rows, laid out and drawn by one line-API widget."""
