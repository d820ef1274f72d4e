"""Steps of optimizers over 10 million parameters, PyTorch's in its fused form if there is one: passes over memory."""

from .case import Step

COUNT, ROWS, COLUMNS = 10, 1000, 1000
SIZE = 4.0 * COUNT * ROWS * COLUMNS


def _step(name: str, moved: int, **options) -> Step:
    """Describe a step that moves each parameter's four bytes `moved` times, with gradient and state."""

    def build(lib, _):
        lib.manual_seed(0)
        parameters = [lib.nn.Parameter(lib.randn(ROWS, COLUMNS)) for _ in range(COUNT)]
        for parameter in parameters:
            parameter.grad = lib.randn(ROWS, COLUMNS)
        fused = {"fused": True} if lib.__name__ == "torch" else {}
        optimizer = getattr(lib.optim, name)(parameters, **options, **fused)
        return optimizer.step

    return Step(f"optim/{name.lower()}", build, bytes=moved * SIZE)


def _lbfgs(history: int) -> Step:
    """Describe an iteration of L-BFGS without a search, with the gradient of a bowl: a pass of three arrays."""

    def build(lib, _):
        lib.manual_seed(0)
        parameters = [lib.nn.Parameter(lib.randn(ROWS, COLUMNS)) for _ in range(COUNT)]
        curvatures = [lib.rand(ROWS, COLUMNS) + 0.5 for _ in range(COUNT)]
        options = {"lr": 1e-3, "max_iter": 1, "history_size": history, "tolerance_grad": 0, "tolerance_change": 0}
        optimizer = lib.optim.LBFGS(parameters, **options)

        def closure():
            with lib.no_grad():
                for parameter, curvature in zip(parameters, curvatures, strict=True):
                    parameter.grad = parameter * curvature
            return 1.0

        for _ in range(history + 1):  # until it is full
            optimizer.step(closure)
        return lambda: optimizer.step(closure)

    # History twice; what the gradient, the newest pair, the direction and the weights are read from and written to.
    return Step("optim/lbfgs", build, bytes=(4 * history + 3 + 2 + 5 + 4 + 3) * SIZE)


CASES = [
    _step("SGD", 5, lr=1e-3, momentum=0.9),  # reads weight, gradient, momentum, writes two of them
    _step("Adagrad", 5),
    _step("Adam", 7),  # reads weight, gradient, two means, writes three of them
    _step("AdamW", 7),
    _lbfgs(10),
]
