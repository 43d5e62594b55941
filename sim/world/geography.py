"""Distances between capitals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.0088


def great_circle_km(latitude: NDArray[np.float64], longitude: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances of all pairs along great circles.

    Parameters
    ----------
    latitude, longitude : (n,) float64 ndarray
        [degrees]

    Returns
    -------
    (n, n) float64 ndarray
        [km], rounded to whole kilometres so that no last bit of a host's sine reaches a result.

    Notes
    -----
    Haversine formula on a sphere of mean radius (Moritz 1980).
    """
    lat, lon = np.radians(latitude), np.radians(longitude)
    half_lat = np.sin((lat[:, None] - lat[None, :]) / 2.0) ** 2
    half_lon = np.sin((lon[:, None] - lon[None, :]) / 2.0) ** 2
    chord = half_lat + np.cos(lat)[:, None] * np.cos(lat)[None, :] * half_lon
    return np.round(2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0))))
