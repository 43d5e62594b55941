"""Logarithm, exponential and power from +, -, *, / and bit patterns alone, hence the same bits on every host.

A library's logarithm differs between vendors, versions and vector widths. These do not: within 1 ulp for `log` and
`exp`, and branch-free at the core, so that rows of them may be vectorised without a change of bits.
"""

import numpy as np

from kernels._jit import kernel

LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
INVERSE_LN2 = 1.44269504088896338700e00
ROUNDER = 6755399441055744.0
SMALLEST_NORMAL = 2.2250738585072014e-308
TWO_54 = 18014398509481984.0


@kernel
def log_normal(x):
    """Natural logarithm of a positive, finite, normal number.

    Parameters
    ----------
    x : float
        At least 2^-1022.

    Returns
    -------
    y : float

    Notes
    -----
    x = 2^k (1 + f) with 1 + f between sqrt(1/2) and sqrt(2), and log(1 + f) = 2 artanh(f / (2 + f)) by a minimax
    polynomial. Within 1 ulp. Source: Sun Microsystems, fdlibm 5.3, e_log.c.
    """
    bits = np.float64(x).view(np.int64)
    k = (bits - np.int64(0x3FE6A09E667F3BCD)) >> np.int64(52)
    f = np.int64(bits - (k << np.int64(52))).view(np.float64) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    odd = z * (
        6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )
    half = 0.5 * f * f
    scale = np.float64(k)
    return scale * LN2_HIGH - ((half - (s * (half + (even + odd)) + scale * LN2_LOW)) - f)


@kernel
def log(x):
    """Natural logarithm.

    Parameters
    ----------
    x : float

    Returns
    -------
    y : float
        -inf at 0, nan below 0.

    Notes
    -----
    Within 1 ulp, subnormal numbers included.
    """
    if x >= SMALLEST_NORMAL and x < np.inf:
        return log_normal(x)
    if x == 0.0:
        return -np.inf
    if x < 0.0 or x != x:
        return np.nan
    if x == np.inf:
        return np.inf
    return log_normal(x * TWO_54) - 54.0 * LN2_LOW - 54.0 * LN2_HIGH


@kernel
def exp(x):
    """Exponential.

    Parameters
    ----------
    x : float

    Returns
    -------
    y : float
        0 below -746, inf above 709.79.

    Notes
    -----
    x = k ln 2 + r, then the series of exp(r) to r^13 summed by pairs, which for abs(r) <= ln(2) / 2 truncates below
    2^-57. Within 1 ulp where the result is normal. Source of the reduction: Cody and Waite 1980.
    """
    low = -746.0 if x < -746.0 else x
    bounded = 710.0 if low > 710.0 else low
    shifted = bounded * INVERSE_LN2 + ROUNDER
    k = np.float64(shifted).view(np.int64) - np.int64(0x4338000000000000)
    scale = shifted - ROUNDER
    high = bounded - scale * LN2_HIGH
    tail = scale * LN2_LOW
    r = high - tail
    r2 = r * r
    r4 = r2 * r2
    p = (0.5 + r * 1.6666666666666666e-01) + r2 * (4.1666666666666664e-02 + r * 8.333333333333333e-03)
    q = (1.388888888888889e-03 + r * 1.984126984126984e-04) + r2 * (2.48015873015873e-05 + r * 2.7557319223985893e-06)
    t = (2.755731922398589e-07 + r * 2.505210838544172e-08) + r2 * (2.08767569878681e-09 + r * 1.6059043836821613e-10)
    series = r2 * (p + r4 * (q + r4 * t))
    # The error of r itself enters to first order: exp(high - tail) = exp(r) (1 + (high - r - tail)).
    y = 1.0 + (r + (series + ((high - r) - tail)))
    half = k >> np.int64(1)
    first = np.int64((half + np.int64(1023)) << np.int64(52)).view(np.float64)
    second = np.int64((k - half + np.int64(1023)) << np.int64(52)).view(np.float64)
    return y * first * second


@kernel
def power(x, exponent):
    """Real power of x, as exp(exponent * log(x)).

    Parameters
    ----------
    x : float
        At least 0, finite.
    exponent : float
        Above 0.

    Returns
    -------
    y : float
        0 at x = 0.

    Notes
    -----
    The relative error is about abs(exponent * log(x)) ulp: ample for capabilities, no substitute for a correctly rounded pow.
    """
    return exp(exponent * (log_normal(x) if x >= SMALLEST_NORMAL else log(x)))


@kernel
def logistic(x):
    """The logistic distribution function 1 / (1 + exp(-x)).

    Parameters
    ----------
    x : float
        Log-odds [logits].

    Returns
    -------
    p : float
    """
    return 1.0 / (1.0 + exp(-x))
