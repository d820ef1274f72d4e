"""The peak of this processor, by the same code as in the C++ micro-benchmarks, compiled here and now."""

import ctypes
import os
import subprocess
import tempfile
from pathlib import Path

SOURCE = Path(__file__).parent / "cpp" / "peak.cpp"
# As bench/cpp/CMakeLists.txt compiles it.
FLAGS = ("-std=c++20", "-O2", "-ftree-vectorize", "-march=native", "-ffp-contract=fast", "-fPIC", "-shared", "-pthread")


Peak = dict[str, dict[str, float]]


def measure(threads: list[int]) -> Peak | None:
    """Return {threads: {"flops": per second, "bytes": per second}}, or None where there is no compiler."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "peak.so"
        command = [os.environ.get("CXX", "g++"), *FLAGS, str(SOURCE), "-o", str(library)]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        functions = ctypes.CDLL(str(library))
        rates = {"flops": functions.dlcore_bench_peak_flops32, "bytes": functions.dlcore_bench_peak_bytes}
        for rate in rates.values():
            rate.argtypes, rate.restype = [ctypes.c_int], ctypes.c_double
        return {str(n): {unit: rate(n) for unit, rate in rates.items()} for n in threads}


def larger(a: Peak | None, b: Peak | None) -> Peak | None:
    """Return the larger of two measurements, as what disturbs one can only make it smaller."""
    if a is None or b is None:
        return a or b
    return {n: {unit: max(rate, b[n][unit]) for unit, rate in rates.items()} for n, rates in a.items()}
