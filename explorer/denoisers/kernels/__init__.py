"""Inner loops in numba; everything else in the room works without them."""
