"""The options of a checkout, and placing the order."""
