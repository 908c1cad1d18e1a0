"""Results scored against references that people wrote: the text, and who is given it."""
