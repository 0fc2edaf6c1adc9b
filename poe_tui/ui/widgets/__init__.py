"""The panes and parts of the main screen."""
