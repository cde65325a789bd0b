"""Tokens bound to their store, and what a person can do with their own account."""
