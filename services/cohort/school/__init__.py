"""Schools and their staff, as the roster told us."""
