"""Tickets by REST, for their buyers; and the webhook for mail."""
