"""From sound to timed words: models, voice activity, recognition, and a guard on what was recognised."""
