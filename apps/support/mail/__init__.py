"""Mail that comes in: from raw bytes (RFC 5322) to text, quote, files and what kind of mail it is. No database here."""
