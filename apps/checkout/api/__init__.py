"""What can be chosen for a cart, and placing the order."""
