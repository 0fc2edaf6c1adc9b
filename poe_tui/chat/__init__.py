"""The domain: messages, the conversation tree, what a bot can say, and the one streaming path."""
