"""The API of tokens, which are bound to their store, and of a user's own account."""
