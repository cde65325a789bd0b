"""One process serves many stores: the active store of the context decides about every connection, file and task."""
