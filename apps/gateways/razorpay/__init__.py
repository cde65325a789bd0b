"""Razorpay: orders, paid by UPI, cards and more in its Checkout."""
