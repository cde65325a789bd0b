"""The database backend of `default`: PostgreSQL with the active store's schema as the whole search path."""
