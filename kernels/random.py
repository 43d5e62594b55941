"""Random numbers by address: a draw is a pure function of (seed, run, purpose, place, i, j).

Philox4x64-10 in counter mode (Salmon, Moraes, Dror and Shaw 2011). The key is (seed, run); block b = i // 4 of a row has the
counter (1 + b, j, place, purpose), and lane i % 4 of it is draw i. So a row of raw words or uniforms equals, bit for bit,

    numpy.random.Generator(numpy.random.Philox(key=[seed, run], counter=[0, j, place, purpose]))

which counts up before its first block. All other distributions are inverse transforms of one word w through the midpoint
v = (floor(w / 2^12) + 1/2) / 2^52, which is never 0 or 1 and symmetric about 1/2. Every part of an address is a whole number
below 2^63 (given as the same integer type throughout, one compiled form serves all).
"""

import numpy as np

from kernels._jit import kernel, multiply_high
from kernels.elementary import log_normal

M0 = np.uint64(0xD2E7470EE14C6C93)
M1 = np.uint64(0xCA5A826395121157)
W0 = np.uint64(0x9E3779B97F4A7C15)
W1 = np.uint64(0xBB67AE8584CAA73B)
ONE = np.uint64(1)
TO_UNIT = 1.1102230246251565e-16
TO_OPEN_UNIT = 2.220446049250313e-16
TWO_52 = 4503599627370496.0
# AS 241, lowest power first: centre, shoulder and tail, each a numerator and a denominator.
CENTRE = (
    (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
     4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3),
    (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
     2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3),
)  # fmt: skip
SHOULDER = (
    (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
     1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4),
    (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9),
)  # fmt: skip
TAIL = (
    (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7),
    (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15),
)  # fmt: skip


@kernel
def philox(seed, run, c0, c1, c2, c3):
    """One block of Philox4x64-10.

    Parameters
    ----------
    seed, run : int
        The key.
    c0, c1, c2, c3 : int
        The counter, lowest word first.

    Returns
    -------
    w0, w1, w2, w3 : uint64

    Notes
    -----
    Source: Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
    """
    k0, k1 = np.uint64(seed), np.uint64(run)
    x0, x1, x2, x3 = np.uint64(c0), np.uint64(c1), np.uint64(c2), np.uint64(c3)
    for _ in range(10):
        h0 = multiply_high(M0, x0)
        h1 = multiply_high(M1, x2)
        l0 = M0 * x0
        l1 = M1 * x2
        x0, x1, x2, x3 = h1 ^ x1 ^ k0, l1, h0 ^ x3 ^ k1, l0
        k0 += W0
        k1 += W1
    return x0, x1, x2, x3


@kernel
def word(seed, run, purpose, place, i, j):
    """The raw word at an address.

    Parameters
    ----------
    seed, run, purpose, place, i, j : int
        The address.

    Returns
    -------
    w : uint64
    """
    block, lane = np.uint64(i) >> np.uint64(2), np.uint64(i) & np.uint64(3)
    w0, w1, w2, w3 = philox(seed, run, block + ONE, j, place, purpose)
    if lane == 0:
        return w0
    if lane == 1:
        return w1
    if lane == 2:
        return w2
    return w3


@kernel
def _unit(w):
    """A word as a uniform on [0, 1), as NumPy does it."""
    return np.float64(np.int64(w >> np.uint64(11))) * TO_UNIT


@kernel
def _midpoint(u):
    """A uniform as a midpoint on (0, 1); 52 bits, since 53 bits and a half round to 1."""
    return (np.floor(u * TWO_52) + 0.5) * TO_OPEN_UNIT


@kernel
def exponential_quantile(v):
    """Quantile of the exponential distribution with mean 1.

    Parameters
    ----------
    v : float
        Above 0, below 1.

    Returns
    -------
    x : float
    """
    return -log_normal(1.0 - v)


@kernel
def logistic_quantile(v):
    """Quantile of the logistic distribution with location 0 and scale 1.

    Parameters
    ----------
    v : float
        Above 0, below 1.

    Returns
    -------
    x : float
        [logits]
    """
    return log_normal(v / (1.0 - v))


@kernel
def _rational(r, coefficients):
    """Ratio of two polynomials of degree 7 at r, by Horner's rule."""
    above, below = coefficients[0][7], coefficients[1][7]
    for k in range(6, -1, -1):
        above = above * r + coefficients[0][k]
        below = below * r + coefficients[1][k]
    return above / below


@kernel
def normal_quantile(v):
    """Quantile of the standard normal distribution.

    Parameters
    ----------
    v : float
        Above 0, below 1.

    Returns
    -------
    x : float

    Notes
    -----
    Relative error of the approximation about 1e-16. Source: Wichura 1988, algorithm AS 241, PPND16.
    """
    q = v - 0.5
    if abs(q) <= 0.425:
        return q * _rational(0.180625 - q * q, CENTRE)
    r = np.sqrt(-log_normal(v if q < 0.0 else 1.0 - v))
    x = _rational(r - 1.6, SHOULDER) if r <= 5.0 else _rational(r - 5.0, TAIL)
    return -x if q < 0.0 else x


@kernel
def uniform(seed, run, purpose, place, i, j):
    """A uniform on [0, 1) with 53 bits.

    Parameters
    ----------
    seed, run, purpose, place, i, j : int
        The address.

    Returns
    -------
    x : float
    """
    return _unit(word(seed, run, purpose, place, i, j))


@kernel
def exponential(seed, run, purpose, place, i, j):
    """An exponential with mean 1, between 1e-16 and 36.8.

    Parameters
    ----------
    seed, run, purpose, place, i, j : int
        The address.

    Returns
    -------
    x : float
    """
    return exponential_quantile(_midpoint(uniform(seed, run, purpose, place, i, j)))


@kernel
def normal(seed, run, purpose, place, i, j):
    """A standard normal, within 8.3 of 0.

    Parameters
    ----------
    seed, run, purpose, place, i, j : int
        The address.

    Returns
    -------
    x : float
    """
    return normal_quantile(_midpoint(uniform(seed, run, purpose, place, i, j)))


@kernel
def logistic(seed, run, purpose, place, i, j):
    """A logistic with location 0 and scale 1 [logits], within 36.8 of 0.

    Parameters
    ----------
    seed, run, purpose, place, i, j : int
        The address.

    Returns
    -------
    x : float
    """
    return logistic_quantile(_midpoint(uniform(seed, run, purpose, place, i, j)))


@kernel
def uniform_row(seed, run, purpose, place, j, out):
    """A row of uniforms on [0, 1): out[i] is the scalar `uniform` at i, bit for bit.

    Parameters
    ----------
    seed, run, purpose, place, j : int
        The address.
    out : (n,) float64 ndarray
        Modified in place.
    """
    n = len(out)
    for block in range((n + 3) // 4):
        w0, w1, w2, w3 = philox(seed, run, np.uint64(block + 1), j, place, purpose)
        i = 4 * block
        out[i] = _unit(w0)
        if i + 1 < n:
            out[i + 1] = _unit(w1)
        if i + 2 < n:
            out[i + 2] = _unit(w2)
        if i + 3 < n:
            out[i + 3] = _unit(w3)


@kernel
def exponential_row(seed, run, purpose, place, j, out):
    """A row of exponentials with mean 1: out[i] is the scalar `exponential` at i, bit for bit.

    Parameters
    ----------
    seed, run, purpose, place, j : int
        The address.
    out : (n,) float64 ndarray
        Modified in place.
    """
    uniform_row(seed, run, purpose, place, j, out)
    for i in range(len(out)):
        out[i] = exponential_quantile(_midpoint(out[i]))


@kernel
def normal_row(seed, run, purpose, place, j, out):
    """A row of standard normals: out[i] is the scalar `normal` at i, bit for bit.

    Parameters
    ----------
    seed, run, purpose, place, j : int
        The address.
    out : (n,) float64 ndarray
        Modified in place.
    """
    uniform_row(seed, run, purpose, place, j, out)
    for i in range(len(out)):
        out[i] = normal_quantile(_midpoint(out[i]))


@kernel
def logistic_row(seed, run, purpose, place, j, out):
    """A row of logistics with location 0 and scale 1 [logits]: out[i] is the scalar `logistic` at i, bit for bit.

    Parameters
    ----------
    seed, run, purpose, place, j : int
        The address.
    out : (n,) float64 ndarray
        Modified in place.
    """
    uniform_row(seed, run, purpose, place, j, out)
    for i in range(len(out)):
        out[i] = logistic_quantile(_midpoint(out[i]))
