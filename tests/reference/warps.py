"""Warps of images, point by point."""

import numpy as np


def pixel_centres(height, width):
    """Return the places (x, y) of all pixels, (H, W, 2); -1 and 1 are the image's outer edges."""
    points = np.empty((height, width, 2))
    for i in range(height):
        for j in range(width):
            points[i, j] = (2 * j + 1) / width - 1, (2 * i + 1) / height - 1
    return points


def affine_warp(theta, size):
    """Return A (x, y, 1) for each pixel, theta being A's rows."""
    homogeneous = np.concatenate([pixel_centres(*size), np.ones((*size, 1))], -1)
    return np.stack([homogeneous @ numbers.reshape(2, 3).T for numbers in theta])


def attention_warp(theta, size):
    """Return s p + t for each pixel p, theta being (s, t_x, t_y)."""
    return np.stack([numbers[0] * pixel_centres(*size) + numbers[1:] for numbers in theta])


def thin_plate_spline_warp(theta, size, control_points):
    """Return f(p) for each pixel p, f being the smoothest map that takes the control points to theta's.

    Of f(p) = a_0 + a_1 x + a_2 y + sum of w_k U(|p - c_k|) with U(r) = r^2 log r^2, the coefficients are those for
    which f(c_k) is theta_k, the w_k sum to zero, and so do w_k c_k (the bending energy would be infinite otherwise).
    """

    def row(p):
        squares = [np.sum((p - c) ** 2) for c in control_points]
        return np.array([r2 * np.log(r2) if r2 > 0 else 0.0 for r2 in squares] + [1, *p])

    count = len(control_points)
    system = np.zeros((count + 3, count + 3))
    for k, c in enumerate(control_points):
        system[k] = row(c)
        system[count:, k] = 1, *c
    grids = []
    for numbers in theta:
        coefficients = np.linalg.solve(system, np.concatenate([numbers.reshape(count, 2), np.zeros((3, 2))]))
        grids.append([[row(p) @ coefficients for p in line] for line in pixel_centres(*size)])
    return np.array(grids)
