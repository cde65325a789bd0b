"""Products and categories by REST."""
