"""What L-BFGS's line search does on a line that is told it."""


def searched(library, loss, slope, first, evaluations):
    """Return the steps that a search along one number tries, from `first` on, and the one that it takes."""
    t = library.tensor([0.0], dtype=library.float64).requires_grad_()
    options = {"max_iter": 1, "max_eval": evaluations, "tolerance_grad": 0, "tolerance_change": 0}
    optimizer = library.optim.LBFGS([t], first, **options, line_search_fn="strong_wolfe")
    tried = []

    def closure():
        tried.append(t.item())
        t.grad = library.tensor([slope(t.item())], dtype=library.float64)
        return loss(t.item())

    optimizer.step(closure)
    return [*tried, t.item()]
