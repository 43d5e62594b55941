"""The guard of both commands: a user's mistake is one line, never a traceback."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from sim.errors import CovenantError, Interrupted, reason, unreadable


def guarded(body: Callable[[], int | None]) -> int:
    """Call `body` and return the exit code.

    Returns
    -------
    code : int
        What `body` returned (0 for None); 2 after a user's mistake or a file that may not be opened, 130 after Ctrl-C, 1 after a defect of ours.

    Notes
    -----
    A `KeyboardInterrupt` may carry the line that says what is kept. `COVENANT_DEBUG=1` lets every traceback through.
    """
    if os.environ.get("COVENANT_DEBUG", "") not in ("", "0"):
        return body() or 0
    try:
        return body() or 0
    except CovenantError as error:
        _say(str(error))
        return error.exit_code
    except KeyboardInterrupt as interrupt:
        _say(str(interrupt) or "interrupted; nothing was kept")
        return Interrupted.exit_code
    except BrokenPipeError:
        # The reader has gone (as in `| head`); the interpreter must not try to flush to it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except PermissionError as error:
        _say(unreadable(error) or f"cannot open {error.filename or 'a file'}: {reason(error)}")
        return CovenantError.exit_code
    except Exception as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        _say(f"unexpected {what} (a defect; set COVENANT_DEBUG=1 to see where)")
        return 1


def leave(code: int) -> NoReturn:
    """Exit; once the line on an interrupt is said, another Ctrl-C ends what is still being put away without a word."""
    if code == Interrupted.exit_code:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(code)


def _say(text: str) -> None:
    name = os.path.basename(sys.argv[0]).removesuffix(".py").removesuffix(".exe")
    print(f"{name if name.startswith('covenant') else 'covenant'}: {' '.join(text.split())}", file=sys.stderr)
