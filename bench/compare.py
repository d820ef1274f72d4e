"""dlcore beside its peers, on the same work in the same run: `python -m bench.compare`.

Writes RESULTS.md, RESULTS.png and RESULTS.json, which holds what was measured. A run can be cut into parts: each adds
to RESULTS.json, replaces what it measured again, and writes the document anew.

    python -m bench.compare --quick                        a look, in about a minute
    python -m bench.compare --cases '^conv/'               one family
    python -m bench.compare --resume --minutes 9           what is not measured at this commit, until the time is up
    python -m bench.compare --report                       the document alone
"""

import argparse
import datetime
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from . import busy, peak, picture, report
from .bars import best_peer, ratio, verdicts
from .cases import CASES
from .rounds import Sides, measure
from .sides import MODULES, PEERS, installed

HERE = Path(__file__).parent


def _commit() -> str:
    def git(*arguments: str) -> str:
        return subprocess.check_output(["git", *arguments], cwd=HERE, text=True, stderr=subprocess.DEVNULL).strip()

    try:
        changed = git("status", "--porcelain", "--untracked-files=no", "--", ":/", ":(exclude,top)bench/RESULTS*")
        return git("rev-parse", "--short=10", "HEAD") + (" with changes" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _machine() -> str:
    model = re.search(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGESIZE") / 2**30
    return f"{model[1] if model else os.uname().machine}, {os.cpu_count()} processors, {memory:.0f} GB"


def _describe(peers: list[str], threads: list[int]) -> dict[str, Any]:
    """Tell all that a number depends on."""
    import dlcore

    info = dlcore._core.build_info()
    versions = {MODULES[peer]: importlib.metadata.version(MODULES[peer]) for peer in peers}
    return {
        "date": datetime.datetime.now().strftime("%Y-%m-%d %H:%M"),
        "machine": _machine(),
        "level": info["level"],
        "commit": _commit(),
        "versions": {"dlcore": info["version"], "Python": ".".join(map(str, sys.version_info[:3])), **versions},
        "peak": peak.measure(threads),
    }


class Results:
    """What was measured so far, in a file that is never half written."""

    def __init__(self, folder: Path, fresh: bool):
        """Read what is there, unless a fresh start is wanted."""
        self.folder, self.file = folder, folder / "RESULTS.json"
        self.runs: dict[str, Any] = {}
        self.measurements: dict[tuple[str, str, int], dict[str, Any]] = {}
        if self.file.exists() and not fresh:
            stored = json.loads(self.file.read_text())
            self.runs = stored["runs"]
            self.measurements = {(m["case"], m["direction"], m["threads"]): m for m in stored["measurements"]}

    def begin(self, description: dict[str, Any]) -> str:
        """Add a run, and return its number."""
        run = str(max((int(key) for key in self.runs), default=0) + 1)
        self.runs[run] = description
        return run

    def add(self, measurement: dict[str, Any]) -> None:
        """Add a measurement in place of an older one."""
        self.measurements[measurement["case"], measurement["direction"], measurement["threads"]] = measurement
        used = {m["run"] for m in self.measurements.values()}
        self.runs = {key: run for key, run in self.runs.items() if key in used}
        self._save()

    def set_peak(self, run: str, value: peak.Peak | None) -> None:
        """Correct the peak of a run."""
        self.runs[run]["peak"] = value
        self._save()

    def _save(self) -> None:
        stored = {"runs": self.runs, "measurements": list(self.measurements.values())}
        lines = json.dumps(stored, default=float).replace('{"case"', '\n{"case"')  # a line for each, for git
        new = self.file.with_suffix(".new")
        new.write_text(lines + "\n")
        new.replace(self.file)

    def write(self) -> None:
        """Write the document and the picture."""
        measurements = list(self.measurements.values())
        drawn = picture.draw(measurements, self.folder / "RESULTS.png")
        (self.folder / "RESULTS.md").write_text(report.document(measurements, self.runs, drawn))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", metavar="REGEX", default="", help="those whose name it finds; see --list")
    parser.add_argument("--list", action="store_true", help="print the names of the cases and end")
    parser.add_argument("--rounds", type=int, help="turns of each side (default 15, or 5 with --quick)")
    parser.add_argument("--seconds", type=float, help="that a turn takes about (default 0.03, or 0.01 with --quick)")
    parser.add_argument("--threads", default="1,2", help="numbers of threads (default 1,2)")
    parser.add_argument("--peers", help="of torch,compile,jax, or none (default: all that are installed)")
    parser.add_argument("--quick", action="store_true", help="few cases and rounds, and by default without compile")
    parser.add_argument("--output", type=Path, help="folder for the results (default bench, or build/bench if --quick)")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured before")
    parser.add_argument("--resume", action="store_true", help="measure only what is not there at this commit")
    parser.add_argument("--minutes", type=float, help="begin nothing more after so long")
    parser.add_argument("--report", action="store_true", help="write the document from what is there")
    parser.add_argument("--strict", action="store_true", help="exit with 1 where a bar is missed")
    options = parser.parse_args()
    options.rounds = options.rounds or (5 if options.quick else 15)
    options.seconds = options.seconds or (0.01 if options.quick else 0.03)
    options.threads = [int(n) for n in options.threads.split(",")]
    if options.output is None:
        options.output = HERE.parent / "build" / "bench" if options.quick else HERE
    if options.peers is None:
        options.peers = [peer for peer in PEERS if installed(peer) and not (options.quick and peer == "compile")]
    else:
        options.peers = [] if options.peers == "none" else options.peers.split(",")
    for peer in options.peers:
        if peer not in PEERS or not installed(peer):
            parser.error(f"--peers: expected some of those installed of {', '.join(PEERS)}, got {peer}")
    return options


def _work(options: argparse.Namespace, results: Results) -> list[tuple[str, str, int]]:
    """List case, direction and threads of all that is to be measured."""
    work = []
    for threads in options.threads:
        for name, case in CASES.items():
            if re.search(options.cases, name) and (case.quick or not options.quick):
                work += [(name, direction, threads) for direction in case.directions()]
        if threads > 1 and re.search(options.cases, busy.NAME) and not options.quick and "torch" in options.peers:
            work.append((busy.NAME, "forward", threads))
    if not options.resume:
        return work
    commit = _commit()
    known = {key for key, m in results.measurements.items() if results.runs[m["run"]]["commit"] == commit}
    return [key for key in work if key not in known]


def _line(m: dict[str, Any]) -> str:
    times = ", ".join(f"{side} {report.duration(seconds)}" for side, seconds in m["seconds"].items())
    middle = ratio(m)
    against = "" if middle is None else f"{middle[1]:.3f} ({middle[0]:.3f}, {middle[2]:.3f}) of {best_peer(m)}"
    failed = "".join(f"; {side} {why}" for side, why in m["failed"].items())
    return f"{m['case']:<40} {m['direction']:<8}{m['threads']}  {against:<36} {times}{failed}"


def _measure_all(options: argparse.Namespace, results: Results) -> None:
    begin = time.monotonic()
    work = _work(options, results)
    if not work:
        return
    cpus = sorted(os.sched_getaffinity(0))
    description = _describe(options.peers, options.threads)
    run = results.begin(description)
    sides: Sides | None = None
    try:
        for name, direction, threads in work:
            if options.minutes is not None and time.monotonic() - begin > 60 * options.minutes:
                print("The time is up; --resume goes on.")
                break
            if sides is None or sides.threads != threads:
                if sides is not None:
                    sides.close()
                sides = Sides(threads, options.peers, cpus)
            if name == busy.NAME:
                measurement = busy.measure(sides, cpus, options.rounds, options.seconds)
            else:
                measurement = measure(sides, name, direction, options.rounds, options.seconds)
            results.add({**measurement, "run": run})
            print(_line(measurement), flush=True)
    finally:
        if sides is not None:
            sides.close()
    if not options.quick:
        results.set_peak(run, peak.larger(description["peak"], peak.measure(options.threads)))


def main() -> int:
    """Measure, and write it down."""
    options = _options()
    if options.list:
        print(*CASES, busy.NAME, sep="\n")
        return 0
    options.output.mkdir(parents=True, exist_ok=True)
    results = Results(options.output, options.fresh or options.quick)
    try:
        if not options.report:
            _measure_all(options, results)
    finally:
        results.write()
    measurements = list(results.measurements.values())
    missed = [v for v in verdicts(measurements, report.shares(measurements, results.runs)) if v.state == "MISSED"]
    for v in missed:
        print(f"MISSED  {v.title} ({v.direction}, threads {v.threads}): {v.reached}, limit {v.limit}")
    print(f"Written: {options.output / 'RESULTS.md'}")
    return 1 if options.strict and missed else 0


if __name__ == "__main__":
    sys.exit(main())
