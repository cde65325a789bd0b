"""PayPal: Orders v2, approved at PayPal and taken by the shop."""
