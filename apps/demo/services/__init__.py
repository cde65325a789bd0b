"""Loading the demo: stores, shelves, people, sales. Everything can be repeated; what is there is left alone."""

from apps.demo.services.loading import load_demo, load_platform

__all__ = ["load_demo", "load_platform"]
