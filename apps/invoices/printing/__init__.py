"""From a document's data to a PDF file, by Typst and with fonts of our own. Reads no order and no catalog."""
