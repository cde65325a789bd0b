"""One order with its payments and shipments, and what staff do with it after the sale."""
