"""Tax reports from the documents as they were issued."""
