"""How fast the pipeline is on large networks: an invented national year, what it is measured against, and the measuring itself."""
