"""Rendered pages for visitors without a login, cached with holes: see `docs/decisions/`, "Pages from a cache"."""
