"""Check a layer against a definition in NumPy: its parameters become arguments of a function."""

from check import check_op


def as_function(layer, *names):
    """Return f(x, *parameters) that calls the layer with the tensors given in place of its parameters `names`."""

    def function(x, *parameters):
        layer.__dict__.update(zip(names, parameters, strict=True))
        return layer(x)

    return function


def check_layer(layer, reference, x, names=("weight", "bias"), **options):
    """Check values and gradients of every order with respect to x and the parameters named; see `check_op`."""
    shapes = [tuple(getattr(layer, name).shape) for name in names]
    check_op(as_function(layer, *names), reference, x, *shapes, **options)
