"""Sanctions leak, omit the key commodity and wear off."""

import numpy as np

from kernels.pressure import pressure


def test_full_embargo_is_1():
    assert pressure(np.array([0.25, 0.75]), np.ones(2), 1.0, 0.0, 0.5, 1.0) == 1.0


def test_each_leak_lowers_it():
    trade, comply = np.array([0.5, 0.25, 0.25]), np.array([1.0, 1.0, 0.0])
    assert pressure(trade, comply, 1.0, 0.0, 0.4, 1.0) == 0.75
    assert pressure(trade, comply, 0.5, 0.0, 0.4, 1.0) == 0.375
    assert pressure(trade, comply, 1.0, 0.5, 0.4, 1.0) == 0.375
    assert pressure(trade, comply, 1.0, 0.0, 0.4, 0.0) == 0.75 * 0.6
