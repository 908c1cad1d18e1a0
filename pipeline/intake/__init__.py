"""From a dropped file to a session: media, sidecars, file names."""
