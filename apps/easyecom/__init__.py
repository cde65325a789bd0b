"""EasyEcom: orders, stock and tracking of a warehouse system."""
