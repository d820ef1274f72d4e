"""Steps of optimizers over 10 million parameters, PyTorch's in its fused form: passes over memory."""

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


CASES = [
    _step("SGD", 5, lr=1e-3, momentum=0.9),  # reads weight, gradient, momentum, writes two of them
    _step("Adagrad", 5),
    _step("Adam", 7),  # reads weight, gradient, two means, writes three of them
    _step("AdamW", 7),
]
