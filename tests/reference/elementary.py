"""Twins of `kernels.elementary` by the host's own mathematical library."""

import math

import numpy as np


def log_normal(x):
    return math.log(x)


def log(x):
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.log(np.float64(x)))


def exp(x):
    with np.errstate(over="ignore", under="ignore"):
        return float(np.exp(np.float64(x)))


def power(x, exponent):
    return float(np.float64(x) ** exponent)


def logistic(x):
    return 1.0 / (1.0 + exp(-x))
