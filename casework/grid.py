"""Degrees as the published records have them (WGS 84) into metres of the British National Grid. Knows no tables.

By the seven parameters and the projection that Ordnance Survey publishes (A guide to coordinate systems in Great
Britain): right within 5 metres, which is nearer than any published point is to the place it stands for.
"""

from math import atan2, cos, hypot, radians, sin, tan

Point = tuple[float, float]

WGS84 = 6378137.0, 6356752.314245  # the two half axes, in metres
AIRY = 6377563.396, 6356256.909
SHIFT = -446.448, 125.157, -542.060  # metres
TURN = tuple(radians(seconds / 3600) for seconds in (-0.1502, -0.2470, -0.8421))
STRETCH = 1 + 20.4894e-6
SCALE, ORIGIN, FALSE_ORIGIN = 0.9996012717, (radians(49), radians(-2)), (400000.0, -100000.0)


def to_grid(longitude: float, latitude: float) -> Point:
    """Easting and northing of a point in Great Britain."""
    return project(*_shifted(radians(latitude), radians(longitude)))


def _shifted(phi: float, lam: float) -> Point:
    """Latitude and longitude, in radians, on the spheroid and datum of the grid."""
    a, b = WGS84
    e2 = 1 - (b / a) ** 2
    nu = a / (1 - e2 * sin(phi) ** 2) ** 0.5
    x, y, z = nu * cos(phi) * cos(lam), nu * cos(phi) * sin(lam), nu * (1 - e2) * sin(phi)
    (tx, ty, tz), (rx, ry, rz) = SHIFT, TURN
    x, y, z = (
        tx + STRETCH * x - rz * y + ry * z,
        ty + rz * x + STRETCH * y - rx * z,
        tz - ry * x + rx * y + STRETCH * z,
    )
    a, b = AIRY
    e2, p = 1 - (b / a) ** 2, hypot(x, y)
    phi = atan2(z, p * (1 - e2))
    for _ in range(6):  # each brings it nearer by two digits and more
        nu = a / (1 - e2 * sin(phi) ** 2) ** 0.5
        phi = atan2(z + e2 * nu * sin(phi), p)
    return phi, atan2(y, x)


def project(phi: float, lam: float) -> Point:
    """Easting and northing of latitude and longitude, in radians, that are on the grid's own datum already."""
    (a, b), (phi0, lam0), (east, north) = AIRY, ORIGIN, FALSE_ORIGIN
    e2, s, c, t2 = 1 - (b / a) ** 2, sin(phi), cos(phi), tan(phi) ** 2
    nu = a * SCALE / (1 - e2 * s**2) ** 0.5
    rho = a * SCALE * (1 - e2) / (1 - e2 * s**2) ** 1.5
    eta2, d = nu / rho - 1, lam - lam0
    northing = (
        north
        + _meridian(phi, phi0)
        + d**2 * nu / 2 * s * c
        + d**4 * nu / 24 * s * c**3 * (5 - t2 + 9 * eta2)
        + d**6 * nu / 720 * s * c**5 * (61 - 58 * t2 + t2**2)
    )
    easting = (
        east
        + d * nu * c
        + d**3 * nu / 6 * c**3 * (nu / rho - t2)
        + d**5 * nu / 120 * c**5 * (5 - 18 * t2 + t2**2 + 14 * eta2 - 58 * t2 * eta2)
    )
    return easting, northing


def _meridian(phi: float, phi0: float) -> float:
    """How far along the meridian it is from the true origin, in metres."""
    a, b = AIRY
    n = (a - b) / (a + b)
    less, more = phi - phi0, phi + phi0
    return (
        b
        * SCALE
        * (
            (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * less
            - (3 * n + 3 * n**2 + 21 / 8 * n**3) * sin(less) * cos(more)
            + (15 / 8 * n**2 + 15 / 8 * n**3) * sin(2 * less) * cos(2 * more)
            - 35 / 24 * n**3 * sin(3 * less) * cos(3 * more)
        )
    )
