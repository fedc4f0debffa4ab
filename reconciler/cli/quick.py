"""Owns the short way of plan and apply: one line a profile, without importing what planning needs."""

from collections.abc import Sequence

from reconciler import __version__
from reconciler.cli.settings import result


def nothing_changed(paths: Sequence[str], *, quiet: bool = False) -> bool:
    """Tell, and print unless `quiet`, that nothing changed where digests alone show it for every profile."""
    from reconciler.applying.gate import unchanged_since

    found = [(path, unchanged_since(path, __version__)) for path in paths]
    known = [(path, *one) for path, one in found if one is not None]
    if len(known) < len(found) or len({account for _, account, _ in known}) < len(known):
        return False
    if quiet:
        return True
    from reconciler.render.line import no_changes

    for path, _, applied_at in known:
        result(no_changes(path, applied_at))
    return True
