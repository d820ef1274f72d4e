"""Small things beside PyTorch, where overhead is all there is: `python -m bench.small`.

Each row alternates both sides in one run and gives the ratio of their times: median (lower quartile, upper quartile).
Exits with 1 where a bar is missed.
"""

import argparse
import platform
import sys

import dlcore
import torch

from .alternate import Work, compare

BARS = {"add": 0.35, "forward + backward": 0.2, "training step": 0.15}


def add(lib) -> Work:
    """Add two tensors of one element."""
    a, b = lib.ones(1), lib.ones(1)
    return lambda: a + b


def forward_backward(lib) -> Work:
    """Three ops on four elements, forward and backward."""
    x = lib.ones(4, requires_grad=True)

    def work() -> None:
        x.grad = None
        (x * x).sigmoid().sum().backward()

    return work


def training_step(lib) -> Work:
    """Linear(64, 64), ReLU, Linear(64, 10); batch of 32; cross-entropy; Adam."""
    lib.manual_seed(0)
    nn = lib.nn
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    optimizer = lib.optim.Adam(model.parameters(), lr=1e-3)
    x, t = lib.randn(32, 64), lib.randint(0, 10, (32,))
    loss_of = nn.functional.cross_entropy

    def work() -> None:
        optimizer.zero_grad()
        loss_of(model(x), t).backward()
        optimizer.step()

    return work


CASES = {"add": add, "forward + backward": forward_backward, "training step": training_step}


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=41, help="turns of each side (default 41)")
    rounds = parser.parse_args().rounds
    info = dlcore._core.build_info()
    print(
        f"dlcore {info['version']} ({info['level']}), PyTorch {torch.__version__}, {platform.processor() or 'x86-64'}"
    )
    print(f"{'case':<20} {'threads':>7} {'dlcore':>10} {'PyTorch':>10}  ratio (quartiles)     bar")
    missed = 0
    for threads in (1, 2):
        dlcore.set_num_threads(threads)
        torch.set_num_threads(threads)
        for name, case in CASES.items():
            result = compare(case(dlcore), case(torch), rounds)
            verdict = "met" if result.ratio <= BARS[name] else "MISSED"
            missed += verdict == "MISSED"
            print(
                f"{name:<20} {threads:>7} {result.ours * 1e6:>7.2f} us {result.theirs * 1e6:>7.2f} us"
                f"  {result.ratio:.3f} ({result.low:.3f}, {result.high:.3f})  <= {BARS[name]} {verdict}"
            )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
