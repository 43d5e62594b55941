"""Sanctions leak, omit the key commodity and wear off."""

import numpy as np
import pytest

from kernels.pressure import pressure


def test_full_embargo_is_1():
    assert pressure(np.array([0.25, 0.75]), np.ones(2), 0.0, 0.5, 1.0) == 1.0


def test_each_leak_lowers_it():
    trade, cut = np.array([0.5, 0.25, 0.25]), np.array([1.0, 1.0, 0.0])
    assert pressure(trade, cut, 0.0, 0.0, 0.0) == 0.75
    assert pressure(trade, 0.5 * cut, 0.0, 0.0, 0.0) == 0.375
    assert pressure(trade, cut, 0.5, 0.0, 0.0) == 0.375


def test_the_key_commodity_weighs_more_than_its_trade():
    trade, cut = np.array([0.5, 0.25, 0.25]), np.array([1.0, 1.0, 0.0])
    assert pressure(trade, cut, 0.0, 0.4, 0.0) == pytest.approx(0.75 * 0.6)
    assert pressure(trade, cut, 0.0, 0.4, 1.0) == pytest.approx(0.75 * 0.6 + 0.4)
    assert pressure(trade, np.zeros(3), 0.0, 0.4, 0.5) == pytest.approx(0.2)
