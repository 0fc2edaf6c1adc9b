"""The disk: conversations, journals of replies in flight, and what is derived from them."""
