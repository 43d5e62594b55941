"""The caller's terminal does not reach the tests; under `make soak` a tool or a file that is wanting fails the test that needs it."""

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes is the machine's, not the simulator's.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
for name in ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR"):
    os.environ.pop(name, None)
if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # as in the background of a script, and every child would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("COVENANT_SOAK"):
        _, _, reason = report.longrepr
        report.outcome, report.longrepr = "failed", f"{item.nodeid} needs what is not here: {reason}"
    return report
