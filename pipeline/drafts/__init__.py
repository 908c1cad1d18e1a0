"""From results to the files people read."""
