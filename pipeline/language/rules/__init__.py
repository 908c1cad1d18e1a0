"""The rules of cleaning: each names the edits it would make to a turn, and none knows of another."""
