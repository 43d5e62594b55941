"""The laws under the default coefficients; under `make soak` under the calibrated ones and an ensemble as well."""

import pytest

from stage.arms import BEHAVIOURS


@pytest.fixture(params=["default", *(pytest.param(b, marks=pytest.mark.soak) for b in BEHAVIOURS if b != "default")])
def behaviour(request):
    """Overrides that choose the coefficients."""
    return BEHAVIOURS[request.param]
