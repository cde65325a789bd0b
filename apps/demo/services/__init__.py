"""Loading the demo: stores, shelves, people, sales. Everything can be repeated; what is there is left alone."""

from apps.demo.services.loading import Progress, load_demo

__all__ = ["Progress", "load_demo"]
