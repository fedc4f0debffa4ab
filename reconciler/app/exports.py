"""Owns the export: a profile as a JSON Resume of its own, or into one that is there already."""

from msgspec import Struct

from reconciler.app.folder import replace_content
from reconciler.importing.draft import Omission
from reconciler.importing.resume_file import parse_resume, read_content, resume_content
from reconciler.importing.resume_out import lacking, new_resume, unfitting
from reconciler.importing.resume_update import updated
from reconciler.problem import ReconcilerError
from reconciler.profile.desired import Desired
from reconciler.values import Plain


class Export(Struct, frozen=True):
    """A résumé, and what of the profile it does not hold.

    Of a new one, `lacking` is what a reader of a résumé will look for in vain; of one that was there already, `changed`
    tells whether it says more or else than before.
    """

    resume: dict[str, Plain]
    omissions: tuple[Omission, ...]
    lacking: tuple[Omission, ...] = ()
    changed: bool = True


def export_resume(desired: Desired, name: str | None) -> Export:
    """Return a profile as a JSON Resume; `name` is the person's."""
    resume = new_resume(desired, name)
    return Export(resume, tuple(unfitting(desired)), tuple(lacking(resume)))


def update_resume(path: str, desired: Desired, name: str | None) -> Export:
    """Write what a profile manages into a JSON Resume, unless it says so already. Raises ReconcilerError."""
    content = read_content(path)
    if not content:
        remedy = "if the shell was told to write into it, leave that out: --update changes the file itself"
        raise ReconcilerError.at(path, "this file is empty, and a JSON Resume is expected", remedy)
    before = parse_resume(path, content)
    after = updated(before, desired, name)
    if after != before:
        replace_content(path, resume_content(after, content))
    return Export(after, tuple(unfitting(desired)), changed=after != before)
