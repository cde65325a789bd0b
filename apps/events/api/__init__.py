"""Idempotent requests of the API."""
