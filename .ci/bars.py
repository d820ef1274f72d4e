"""Hold a wheel to its sizes and `import dlcore` to its times: `.ci/bars.py WHEEL`."""

import importlib.util
import statistics
import subprocess
import sys
import zipfile
from pathlib import Path

ROUNDS = 15
MB = 1e6


def seconds_to_import(statement: str) -> float:
    """Time an import in a process of its own, without the start of the interpreter."""
    code = f"import time; begin = time.perf_counter(); {statement}; print(time.perf_counter() - begin)"
    return float(subprocess.check_output([sys.executable, "-c", code], text=True))


def import_times(statements: list[str]) -> dict[str, list[float]]:
    """Time the statements in turn, so that a machine that drifts does so for all of them."""
    for statement in statements:
        seconds_to_import(statement)  # compiled and in the file cache from here on
    times: dict[str, list[float]] = {statement: [] for statement in statements}
    for _ in range(ROUNDS):
        for statement in statements:
            times[statement].append(seconds_to_import(statement))
    return times


def check(name: str, value: float, bar: float, unit: str) -> bool:
    """Print a figure beside its bar; return whether it holds."""
    holds = value <= bar
    print(f"{name:<34} {value:7.3f} {unit:<2}  bar {bar:g}  {'holds' if holds else 'MISSED'}")
    return holds


def main() -> int:
    """Measure everything, then tell whether all bars hold."""
    wheel = Path(sys.argv[1])
    with zipfile.ZipFile(wheel) as archive:
        files = archive.infolist()
    strangers = [f.filename for f in files if f.filename.endswith((".h", ".hpp", ".cmake", ".a"))]
    print(f"{wheel.name}: {len(files)} files")
    results = [
        check("wheel", wheel.stat().st_size / MB, 6, "MB"),
        check("unpacked", sum(f.file_size for f in files) / MB, 25, "MB"),
        check("files for C++ users in the wheel", len(strangers), 0, ""),
    ]

    has_torch = importlib.util.find_spec("torch") is not None
    times = import_times(["import numpy", "import dlcore", *(["import torch"] if has_torch else [])])
    extra = [a - b for a, b in zip(times["import dlcore"], times["import numpy"], strict=True)]
    results.append(check("import dlcore, over import numpy", statistics.median(extra), 0.06, "s"))
    if has_torch:
        ratios = [a / b for a, b in zip(times["import dlcore"], times["import torch"], strict=True)]
        results.append(check("import dlcore / import torch", statistics.median(ratios), 1 / 8, ""))
    else:
        print("import dlcore / import torch: not measured, PyTorch is not installed (extra `bench`)")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
