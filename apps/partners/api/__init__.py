"""Webhook endpoints and their deliveries by REST."""
