"""The one decorator of the kernels, and the one instruction that Python lacks."""

import functools
import sys

import numba
from llvmlite import ir
from numba import types
from numba.core import config
from numba.core.compiler_lock import global_compiler_lock
from numba.core.runtime import rtsys
from numba.extending import intrinsic

from kernels import _cache


def kernel(function=None, *, inlined=False):
    """Compile a pure function of arrays and scalars.

    Parameters
    ----------
    function : callable
    inlined : bool
        Put the code into every caller, where a call would cost more than what it does. For kernels of other kernels alone.

    Returns
    -------
    compiled : callable

    Notes
    -----
    No `fastmath` and no `parallel`: both change the order of sums, and fastmath breaks isnan. The lock of the
    interpreter is released, so a caller may spread blocks of runs over threads. Division follows IEEE 754, which spares
    a test on every divisor. What nobody calls from Python has no wrapper to compile.
    """
    if function is None:
        return functools.partial(kernel, inlined=inlined)
    directory, module = _cache.cache_directory(), function.__module__.rpartition(".")[2]
    compile_ = numba.njit(
        cache=directory is not None,
        nogil=True,
        error_model="numpy",
        forceinline=inlined,
        no_cpython_wrapper=module.startswith("_") or function.__name__.startswith("_"),
        no_cfunc_wrapper=True,
    )
    previous = config.CACHE_DIR
    config.CACHE_DIR = str(directory or previous)
    try:
        compiled = compile_(function)
    finally:
        config.CACHE_DIR = previous
    compile_here, name = compiled.compile, f"{module}.{function.__name__}"
    if directory is not None:
        compiled._cache.load_overload = functools.partial(_load, compiled._cache)

    def compile_in_turn(signature):
        # Numba's own lock first: threads of one process would else wait for each other's files.
        with global_compiler_lock, _cache.in_turn(name):
            return compile_here(signature)

    compiled.compile = compile_in_turn
    compile_anew = compiled._compiler.compile

    def compile_spared(*types):
        _spare_linear_algebra()
        return compile_anew(*types)

    compiled._compiler.compile = compile_spared
    return compiled


def _load(cache, signature, target):
    """Load a compiled kernel; what numba knows of every type and function, which only compiling asks for, stays away."""
    rtsys.initialize(target)
    with cache._guard_against_spurious_io_errors():
        return cache._load_overload(signature, target)


@functools.cache
def _spare_linear_algebra():
    """Load what numba knows of arrays without SciPy's linear algebra, which it looks for and no kernel uses."""
    absent = object()
    before = sys.modules.get("scipy.linalg", absent)
    if before is absent:
        sys.modules["scipy.linalg"] = None
    try:
        import numba.np.arraymath  # noqa: F401
    finally:
        if before is absent:
            del sys.modules["scipy.linalg"]


@intrinsic
def multiply_high(typing_context, a, b):
    """Upper 64 bits of the 128-bit product of two unsigned integers."""

    def emit(context, builder, signature, arguments):
        wide = ir.IntType(128)
        a, b = (builder.zext(argument, wide) for argument in arguments)
        return builder.trunc(builder.lshr(builder.mul(a, b), ir.Constant(wide, 64)), ir.IntType(64))

    return types.uint64(types.uint64, types.uint64), emit
