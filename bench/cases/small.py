"""Small things, where overhead is all there is."""

from .case import Step


def add(lib, _):
    """Add two tensors of one element."""
    a, b = lib.ones(1), lib.ones(1)
    return lambda: a + b


def forward_backward(lib, _):
    """Three ops on four elements, forward and backward."""
    x = lib.ones(4, requires_grad=True)

    def work():
        x.grad = None
        (x * x).sigmoid().sum().backward()

    return work


def training_step(lib, compiled):
    """Linear(64, 64), ReLU, Linear(64, 10); batch of 32; cross-entropy; Adam."""
    lib.manual_seed(0)
    nn = lib.nn
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    optimizer, network = lib.optim.Adam(model.parameters(), lr=1e-3), compiled(model)
    x, t = lib.randn(32, 64), lib.randint(0, 10, (32,))
    loss_of = nn.functional.cross_entropy

    def work():
        optimizer.zero_grad()
        loss_of(network(x), t).backward()
        optimizer.step()

    return work


CASES = [
    Step("small/add", add, quick=True),
    Step("small/three_ops", forward_backward),
    Step("small/training_step", training_step, compiles=True),
]
