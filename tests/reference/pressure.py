"""Twin of `kernels.pressure`."""

import numpy as np


def pressure(dependence, cut, substitution, key_weight, key_cut):
    return np.average([np.dot(dependence, cut), key_cut], weights=[1.0 - key_weight, key_weight]) * (1.0 - substitution)
