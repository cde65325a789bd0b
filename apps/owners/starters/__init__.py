"""What a new store begins with, by kind of shop: plain values, and their way into the store."""
