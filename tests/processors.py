"""An older processor than this one, for a process that is started with `OLDER` in its environment."""

from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

OLDER = {
    "NPY_DISABLE_CPU_FEATURES": " ".join(name for name in __cpu_dispatch__ if __cpu_features__[name]),
    "OPENBLAS_CORETYPE": "Prescott",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX",
}
"""What NumPy, its BLAS and the C library take as told: they add and round in other orders then."""
