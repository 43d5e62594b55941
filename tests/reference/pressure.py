"""Twins of `kernels.pressure`."""

import numpy as np


def pressure(dependence, cut, substitution, key_weight, key_cut):
    return np.average([np.dot(dependence, cut), key_cut], weights=[1.0 - key_weight, key_weight]) * (1.0 - substitution)


def demanded(demands, great_powers, all_great_powers, patrons, all_patrons, patron, capability, own):
    by_great_powers = great_powers[demands].sum() / all_great_powers if all_great_powers else 0.0
    pressing = patron & demands
    if not pressing.any() or not all_patrons:
        return by_great_powers, 0.0
    above = capability[pressing].max()
    return by_great_powers, max(0.0, (above - own) / (above + own)) * patrons[demands].sum() / all_patrons
