"""Where compiled kernels are kept, and that one process compiles while others wait for what it keeps."""

import contextlib
import hashlib
import os
import pathlib
import platform
import stat
import sys
import tempfile
from importlib.metadata import version

try:
    import fcntl
except ImportError:  # where files cannot be locked so, processes that start at once compile alike
    fcntl = None

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
    digest = hashlib.sha256(f"{version('numba')} {platform.python_version()}".encode())
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
    chosen = os.environ.get("NUMBA_CACHE_DIR")
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


def is_cold(*names):
    """Whether kernels must still be compiled for these sources.

    Parameters
    ----------
    *names : str
        The kernels in question, as ``module.function``; without any, whether nothing at all has been compiled.

    Returns
    -------
    cold : bool
    """
    if _DIRECTORY is None:
        return True
    return any(next(_DIRECTORY.rglob(f"{name}*.nbi"), None) is None for name in ([f"{n}-" for n in names] or [""]))


@contextlib.contextmanager
def in_turn(name):
    """Let one process at a time compile a kernel, so that the next finds what the first has kept.

    Parameters
    ----------
    name : str
        The kernel, as ``module.function``.
    """
    if _DIRECTORY is None or fcntl is None:
        yield
        return
    try:
        handle = os.open(_DIRECTORY / f"{name}.lock", os.O_CREAT | os.O_WRONLY, 0o600)
    except OSError:
        yield
        return
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
