"""One thread for linear algebra: matrices here are narrow, and threads that wait for each other burn more than they compute."""

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""The environment that says so; it is read when numpy is imported."""
