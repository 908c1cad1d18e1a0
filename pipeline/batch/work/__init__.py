"""What each stage does: reads the artifacts it needs, calls the package that knows how, returns a product."""
