"""An app of two documents, only for tests of the documents backend."""
