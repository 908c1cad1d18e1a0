"""Makes the synthetic sample recordings; run ``python -m samples.make``. Never needed by the pipeline."""
