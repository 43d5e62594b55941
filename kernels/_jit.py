"""The one decorator of the kernels, where its compiled code is kept, and the one instruction that Python lacks."""

import hashlib
import os
import pathlib
import platform
import stat
import sys
import tempfile

import numba
from llvmlite import ir
from numba import types
from numba.core import config
from numba.extending import intrinsic

_HERE = pathlib.Path(__file__).resolve().parent


def source_hash():
    """Hash of everything that decides the compiled code.

    Returns
    -------
    digest : str
        First 16 hexadecimal digits of the sha256 of all kernel sources, the numba version and the Python version.

    Notes
    -----
    Numba's own index sees an edit in a function's file but not in the file of one that it calls; a directory per hash of
    *all* sources does.
    """
    digest = hashlib.sha256(f"{numba.__version__} {platform.python_version()}".encode())
    for path in sorted(_HERE.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _user_cache():
    if sys.platform == "win32":
        root = os.environ.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        root = os.path.expanduser("~/Library/Caches")
    else:
        root = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return pathlib.Path(root) / "covenant-kernels" if root and os.path.isabs(root) else None


def _private_temporary():
    # Compiled code is loaded as it is found: a name others can guess is used only if it is ours alone.
    if not hasattr(os, "getuid"):
        return pathlib.Path(tempfile.gettempdir()) / "covenant-kernels"
    path = pathlib.Path(tempfile.gettempdir()) / f"covenant-kernels-{os.getuid()}"
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        facts = path.lstat()
        if stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.getuid() and not facts.st_mode & 0o022:
            return path
    except OSError:
        pass
    return pathlib.Path(tempfile.mkdtemp(prefix="covenant-kernels-"))


def _usable(base, digest):
    try:
        path = base / digest
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            return path
    except OSError:
        return None


def _find_directory():
    digest = source_hash()
    chosen = config.CACHE_DIR
    for base in (pathlib.Path(chosen) if chosen else None, _HERE / "__pycache__", _user_cache()):
        path = base and _usable(base, digest)
        if path:
            return path
    try:
        return _usable(_private_temporary(), digest)
    except OSError:
        return None


_DIRECTORY = _find_directory()


def cache_directory():
    """Where compiled kernels are kept.

    Returns
    -------
    path : pathlib.Path or None
        None where nothing at all is writable: kernels are then compiled in each process.
    """
    return _DIRECTORY


def is_cold(*functions):
    """Whether kernels must still be compiled for these sources.

    Parameters
    ----------
    *functions : compiled callables
        The kernels in question; without any, whether nothing at all has been compiled.

    Returns
    -------
    cold : bool
    """
    if _DIRECTORY is None:
        return True
    names = [f"{function.__module__.rpartition('.')[2]}.{function.__name__}-" for function in functions] or [""]
    return any(next(_DIRECTORY.rglob(f"{name}*.nbi"), None) is None for name in names)


def kernel(function):
    """Compile a pure function of arrays and scalars.

    Parameters
    ----------
    function : callable

    Returns
    -------
    compiled : callable

    Notes
    -----
    No `fastmath` and no `parallel`: both change the order of sums, and fastmath breaks isnan. The lock of the
    interpreter is released, so a caller may spread blocks of runs over threads. Division follows IEEE 754, which spares
    a test on every divisor.
    """
    compile_ = numba.njit(cache=_DIRECTORY is not None, nogil=True, error_model="numpy")
    previous = config.CACHE_DIR
    config.CACHE_DIR = str(_DIRECTORY or previous)
    try:
        return compile_(function)
    finally:
        config.CACHE_DIR = previous


@intrinsic
def multiply_high(typing_context, a, b):
    """Upper 64 bits of the 128-bit product of two unsigned integers."""

    def emit(context, builder, signature, arguments):
        wide = ir.IntType(128)
        a, b = (builder.zext(argument, wide) for argument in arguments)
        return builder.trunc(builder.lshr(builder.mul(a, b), ir.Constant(wide, 64)), ir.IntType(64))

    return types.uint64(types.uint64, types.uint64), emit
