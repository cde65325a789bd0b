"""Visits of people of the platform in a store's admin: the link, the session, what it may do, and its end."""
