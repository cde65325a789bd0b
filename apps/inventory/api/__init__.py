"""Stock levels for staff."""
