"""Loading the demo: stores, shelves, people, sales. Repeatable: existing data is not changed."""

from apps.demo.services.loading import load_demo, load_platform

__all__ = ["load_demo", "load_platform"]
