"""The figures for programs of the platform's people, on the platform's host only."""
