"""One process, many stores: which store is active, and how every connection, file and task follows it."""
