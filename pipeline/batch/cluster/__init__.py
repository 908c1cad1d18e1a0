"""Work on several machines: the workers of a Dask cluster that others run, over shared storage."""
