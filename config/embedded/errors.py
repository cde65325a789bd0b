"""Errors of the embedded services, as sentences for the person at the terminal."""


class ServiceError(Exception):
    """An embedded service cannot be started, stopped or trusted. The text says what to do."""
