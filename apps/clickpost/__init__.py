"""ClickPost: shipments through many carriers, and their tracking."""
