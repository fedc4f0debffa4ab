"""Owns what of a picture's settings is known well enough to be shown, and what is said of the rest.

The API's pages give no unit, origin or direction of `layout` and do not say what a filter does. Of the four sliders the
bounds are known, so zero changes nothing and the sign is in the name; how strong LinkedIn makes them is an estimate.
"""

from msgspec import Struct

from reconciler.spec import CORNERS
from reconciler.values import Members, Plain, members

BOUND = 0.3  # of a slider, to either side
_SLIDERS = ("brightness", "contrast", "saturation", "vignette")
_CORNER_NUMBERS = 2
_LAYOUT = "layout: the picture is shown whole, since the unit, origin and direction of it are documented nowhere"


class Tuning(Struct, frozen=True):
    """What can be shown of settings: sliders by name, from −0.3 to 0.3, and sentences on all of them.

    `brief` says in a few words what is missing.

    `frame` holds the corners of a layout, in the order upper left, upper right, lower right, lower left, where its
    numbers could be fractions of the picture that begin at its upper left.
    """

    sliders: tuple[tuple[str, float], ...] = ()
    notes: tuple[str, ...] = ()
    frame: tuple[tuple[float, float], ...] = ()
    brief: str = ""


def tuning(settings: Plain) -> Tuning:
    """Say what of a picture's settings can be shown."""
    given = members(settings)
    unshown, notes = [], []
    chosen = given.get("filter")
    if chosen not in (None, "ORIGINAL"):
        unshown.append("filter")
        notes.append(f"filter {chosen}: not shown, since what it does is documented nowhere")
    frame = _frame(members(given.get("layout")))
    if given.get("layout") is not None and not _is_frame_of_all(frame):
        unshown.append("layout")
        notes.append(_LAYOUT)
    sliders = []
    for name in _SLIDERS:
        value = given.get(name)
        if not isinstance(value, int | float) or value == 0:
            continue
        if abs(value) > BOUND or (name == "vignette" and value < 0):
            unshown.append(name)
            notes.append(f"{name} {value:g}: not shown, since what it means is not known")
        else:
            sliders.append((name, float(value)))
    if sliders:
        told = ", ".join(f"{name} {value:+g}" for name, value in sliders)
        notes.append(f"{told}: shown as an estimate, since how strong LinkedIn makes it is documented nowhere")
    brief = f"shown without its {' and '.join(unshown)}" if unshown else "its sliders are shown as an estimate"
    return Tuning(tuple(sliders), tuple(notes), () if _is_frame_of_all(frame) else frame, brief if notes else "")


def _frame(layout: Members) -> tuple[tuple[float, float], ...]:
    """Return the four corners of a layout; nothing where one is missing, or lies outside of 0 to 1."""
    bottom_left, bottom_right, top_left, top_right = (_point(layout.get(name)) for name in CORNERS)
    points = (top_left, top_right, bottom_right, bottom_left)
    found = tuple(point for point in points if point is not None)
    return found if len(found) == len(points) else ()


def _point(value: Plain) -> tuple[float, float] | None:
    numbers = [number for name in ("x", "y") if isinstance(number := members(value).get(name), int | float)]
    if len(numbers) != _CORNER_NUMBERS or not all(0 <= number <= 1 for number in numbers):
        return None
    return float(numbers[0]), float(numbers[1])


def _is_frame_of_all(frame: tuple[tuple[float, float], ...]) -> bool:
    """Tell whether corners are those of the whole picture, whichever way they are counted."""
    return sorted(frame) == [(0, 0), (0, 1), (1, 0), (1, 1)]
