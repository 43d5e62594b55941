"""Twin of `kernels.pressure`."""

import numpy as np


def pressure(dependence, comply, coverage, substitution, key_weight, key_included):
    spared = key_weight * (1.0 - key_included)
    return np.dot(dependence, comply) * coverage * (1.0 - substitution) * (1.0 - spared)
