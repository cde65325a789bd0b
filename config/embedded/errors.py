"""What can go wrong with the embedded services, in sentences for the person at the terminal."""


class ServiceError(Exception):
    """An embedded service cannot be started, stopped or trusted. The text says what to do."""
