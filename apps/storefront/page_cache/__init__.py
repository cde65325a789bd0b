"""Rendered pages for visitors without a login, kept with holes: see `docs/decisions/`, "Pages from a cache"."""
