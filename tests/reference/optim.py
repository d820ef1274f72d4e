"""Optimizers as their papers write them: the weights after one step for each gradient."""

import numpy as np


def _gradients(w, grads, weight_decay, maximize):
    """Yield the number of each step and its gradient, from a function of the weights as they are then."""
    for t, g in enumerate(grads, start=1):
        yield t, lambda w, g=g: (-g if maximize else g) + weight_decay * w


def sgd(w, grads, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False, maximize=False):
    """Step by a decaying sum of gradients."""
    v = None
    for _, gradient in _gradients(w, grads, weight_decay, maximize):
        g = gradient(w)
        if momentum:
            v = g if v is None else momentum * v + (1 - dampening) * g
            g = g + momentum * v if nesterov else v
        w = w - lr * g
    return w


def adagrad(
    w, grads, lr=1e-2, lr_decay=0.0, weight_decay=0.0, initial_accumulator_value=0.0, eps=1e-10, maximize=False
):
    """Divide by the root of the sum of squares."""
    total = np.full_like(w, initial_accumulator_value)
    for t, gradient in _gradients(w, grads, weight_decay, maximize):
        g = gradient(w)
        total = total + g**2
        w = w - lr / (1 + (t - 1) * lr_decay) * g / (np.sqrt(total) + eps)
    return w


def rmsprop(w, grads, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False, maximize=False):
    """Divide by the root of the mean of squares, or by the standard deviation."""
    square, mean, step = np.zeros_like(w), np.zeros_like(w), np.zeros_like(w)
    for _, gradient in _gradients(w, grads, weight_decay, maximize):
        g = gradient(w)
        square = alpha * square + (1 - alpha) * g**2
        mean = alpha * mean + (1 - alpha) * g
        step = momentum * step + g / (np.sqrt(square - mean**2 if centered else square) + eps)
        w = w - lr * step
    return w


def adadelta(w, grads, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0, maximize=False):
    """Scale by the root mean square of the steps over that of the gradients."""
    square, steps = np.zeros_like(w), np.zeros_like(w)
    for _, gradient in _gradients(w, grads, weight_decay, maximize):
        g = gradient(w)
        square = rho * square + (1 - rho) * g**2
        step = np.sqrt(steps + eps) / np.sqrt(square + eps) * g
        steps = rho * steps + (1 - rho) * step**2
        w = w - lr * step
    return w


def adam(
    w,
    grads,
    lr=1e-3,
    betas=(0.9, 0.999),
    eps=1e-8,
    weight_decay=0.0,
    amsgrad=False,
    maximize=False,
    decoupled_weight_decay=False,
):
    """Divide the mean of gradients by the root of the mean of squares, both without bias."""
    m, v, largest = np.zeros_like(w), np.zeros_like(w), np.zeros_like(w)
    coupled, apart = (0.0, weight_decay) if decoupled_weight_decay else (weight_decay, 0.0)
    for t, gradient in _gradients(w, grads, coupled, maximize):
        g = gradient(w)
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g**2
        largest = np.maximum(largest, v) if amsgrad else v
        m_hat, v_hat = m / (1 - betas[0] ** t), largest / (1 - betas[1] ** t)
        w = w - lr * (m_hat / (np.sqrt(v_hat) + eps) + apart * w)
    return w


def adamw(w, grads, weight_decay=1e-2, **options):
    """Take Adam's step with weight decay apart from the gradient."""
    return adam(w, grads, weight_decay=weight_decay, decoupled_weight_decay=True, **options)


def adamax(w, grads, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, maximize=False):
    """Divide the mean of gradients by the largest one, which fades."""
    m, u = np.zeros_like(w), np.zeros_like(w)
    for t, gradient in _gradients(w, grads, weight_decay, maximize):
        g = gradient(w)
        m = betas[0] * m + (1 - betas[0]) * g
        u = np.maximum(betas[1] * u, abs(g) + eps)
        w = w - lr / (1 - betas[0] ** t) * m / u
    return w


def radam(
    w,
    grads,
    lr=1e-3,
    betas=(0.9, 0.999),
    eps=1e-8,
    weight_decay=0.0,
    decoupled_weight_decay=False,
    maximize=False,
):
    """Take Adam's step, rectified, once the variance of its root is finite (PyTorch: above 5, and eps inside)."""
    m, v = np.zeros_like(w), np.zeros_like(w)
    coupled, apart = (0.0, weight_decay) if decoupled_weight_decay else (weight_decay, 0.0)
    rho_inf = 2 / (1 - betas[1]) - 1
    for t, gradient in _gradients(w, grads, coupled, maximize):
        g = gradient(w)
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g**2
        rho = rho_inf - 2 * t * betas[1] ** t / (1 - betas[1] ** t)
        step = m / (1 - betas[0] ** t)
        if rho > 5:
            rectifier = np.sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
            step = rectifier * step * np.sqrt(1 - betas[1] ** t) / (np.sqrt(v) + eps)
        w = w - lr * (step + apart * w)
    return w


def lion(w, grads, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0, maximize=False):
    """Step by the sign of a mean of gradients."""
    m = np.zeros_like(w)
    for _, gradient in _gradients(w, grads, 0.0, maximize):
        g = gradient(w)
        w = w - lr * (np.sign(betas[0] * m + (1 - betas[0]) * g) + weight_decay * w)
        m = betas[1] * m + (1 - betas[1]) * g
    return w


def two_loops(gradient, steps, changes, scale):
    """Return the direction of L-BFGS: minus the inverse Hessian times the gradient."""
    q = -gradient
    weights = []
    for s, y in zip(steps[::-1], changes[::-1], strict=True):
        weights.append(s @ q / (y @ s))
        q = q - weights[-1] * y
    r = scale * q
    for s, y, weight in zip(steps, changes, weights[::-1], strict=True):
        r = r + (weight - y @ r / (y @ s)) * s
    return r


def lbfgs(w, gradient_of, steps, lr=1.0, history_size=100):
    """Return the weights after each of some steps of length `lr`, the first of which is shortened."""
    all_s, all_y, scale, path = [], [], 1.0, []
    g = gradient_of(w)
    for i in range(steps):
        d = two_loops(g, all_s[-history_size:], all_y[-history_size:], scale)
        s = d * (lr if i else min(1.0, 1.0 / abs(g).sum()) * lr)
        w = w + s
        path.append(w)
        new = gradient_of(w)
        y = new - g
        g = new
        if y @ s > 1e-10:
            all_s.append(s)
            all_y.append(y)
            scale = y @ s / (y @ y)
    return path
