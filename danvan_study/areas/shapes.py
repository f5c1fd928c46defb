"""Borders that the user brings as GeoJSON. The kit ships none, and draws no map of the whole country."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from danvan_study.areas.reporting import Areas

Ring = tuple[tuple[float, float], ...]
"""Points of a closed line, x and y in the same unit, y upwards."""

WIDEST_SPAN: Final = 5.0
"""Degrees of latitude. The tallest province spans fewer; the country spans 15."""


def read_shapes(content: bytes, *, file: str, code_field: str, areas: Areas) -> dict[str, tuple[Ring, ...]]:
    """Read the borders of the reporting areas: key of the area to its rings, longitudes shortened by the latitude.

    Features of other areas are left out: neither neighbours nor the sea are drawn.

    Raises
    ------
    StudyError
        It is not GeoJSON in degrees, an area has no border or two, or the areas make up a map of the country.
    """
    wanted = {name: area.key for area in areas.reporting for name in (area.code, area.key, area.answer)}
    shapes: dict[str, tuple[Ring, ...]] = {}
    for feature in _features(content, file):
        code = str((feature.get("properties") or {}).get(code_field, ""))
        key = wanted.get(code) or wanted.get(code.zfill(3))
        if key is None:
            continue
        if key in shapes:
            raise StudyError(
                file,
                say('two features have {code_field} "{code}".', code_field=code_field, code=code),
                say("Join them into one."),
            )
        shapes[key] = tuple(_rings(feature.get("geometry") or {}, f"{file}, {code_field} {code}"))
    missing = [area.name for area in areas.reporting if area.key not in shapes]
    if missing:
        raise StudyError(
            file,
            say("{count} areas have no feature (first: {missing}).", count=len(missing), missing=missing[0]),
            say(
                'Its code must stand in the property "{code_field}"; [areas] code_field names another one.',
                code_field=code_field,
            ),
        )
    return _shortened(shapes, file)


def _features(content: bytes, file: str) -> list[dict[str, Any]]:
    try:
        parsed = json.loads(content)
    except ValueError as error:
        raise StudyError(
            file, say("this is not JSON ({error}).", error=error), say("Export the borders as GeoJSON.")
        ) from error
    features = parsed.get("features") if isinstance(parsed, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise StudyError(file, say("there is no list of features."), say("Export a FeatureCollection."))
    return features


def _rings(geometry: Mapping[str, Any], where: Words) -> Iterator[Ring]:
    kind = geometry.get("type")
    if kind not in {"Polygon", "MultiPolygon"}:
        raise StudyError(
            where, say("its geometry is {kind}.", kind=kind), say("Areas are of the type Polygon or MultiPolygon.")
        )
    polygons = [geometry["coordinates"]] if kind == "Polygon" else geometry["coordinates"]
    for polygon in polygons:
        for ring in polygon:
            points = tuple((float(point[0]), float(point[1])) for point in ring)
            if any(not (-180 <= x <= 180 and -90 <= y <= 90) for x, y in points):
                raise StudyError(where, say("its points are no degrees."), say("Export in WGS 84 (EPSG:4326)."))
            yield points


def _shortened(shapes: Mapping[str, tuple[Ring, ...]], file: str) -> dict[str, tuple[Ring, ...]]:
    """Make a degree of longitude as long as it is there, and refuse what is too tall for a province."""
    latitudes = [y for rings in shapes.values() for ring in rings for _, y in ring]
    low, high = min(latitudes), max(latitudes)
    if high - low > WIDEST_SPAN:
        raise StudyError(
            file,
            say("the areas span {degrees:.0f} degrees of latitude: this is a map of the country.", degrees=high - low),
            say("A national map must show Hoàng Sa and Trường Sa and is not drawn here; draw province by province."),
        )
    factor = math.cos(math.radians((low + high) / 2))
    return {key: tuple(tuple((x * factor, y) for x, y in ring) for ring in rings) for key, rings in shapes.items()}
