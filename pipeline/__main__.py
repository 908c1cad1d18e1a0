"""``python -m pipeline`` is ``baekseo``."""

from pipeline.cli import main

main()
