"""Stand-ins of the outside systems, as servers of their own: for tests, and for a demonstration without accounts."""
