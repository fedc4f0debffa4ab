"""Owns the packing of efforts into requests: few where repeating is safe, one by one where it is not."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from reconciler.address import is_entry_section, section_of
from reconciler.planning.effort import Effort
from reconciler.planning.encode import encode, head
from reconciler.planning.plan import Group, Part, Request
from reconciler.profile.desired import Desired
from reconciler.spec import BY_NAME, ENTRY_SECTIONS
from reconciler.state.applied import Sending
from reconciler.state.queries import is_repeatable
from reconciler.values import Plain, members


def requests(efforts: Sequence[Effort], desired: Desired) -> tuple[Request, ...]:
    """Pack what has to be sent: repeatable changes first and together, the others alone, in file order.

    The API takes one experience and one education a request (spec, *Request body*).
    """
    sent = [effort for effort in efforts if effort.sending is not None]
    packed = [effort for effort in sent if _repeatable(effort)]
    alone = sorted((effort for effort in sent if not _repeatable(effort)), key=lambda effort: effort.position)
    start = head(desired.account_id)
    sections = [effort for effort in packed if not is_entry_section(section_of(effort.change.address))]
    lanes = [[effort for effort in packed if section_of(effort.change.address) == name] for name in ENTRY_SECTIONS]
    groups = list(_section_groups(sections, desired))
    found: list[Request] = []
    for row in zip_longest([None], *lanes):
        entries = tuple(_entry_group(effort, desired) for effort in row if effort is not None)
        if groups or entries:
            found.append(Request(start, (*groups, *entries), repeatable=True))
        groups = []
    found.extend(Request(start, (_entry_group(effort, desired),), repeatable=False) for effort in alone)
    return tuple(found)


def split(request: Request) -> tuple[Request, ...]:
    """Take a packed request apart: one request a group."""
    return tuple(Request(request.head, (group,), request.repeatable) for group in request.groups)


def _repeatable(effort: Effort) -> bool:
    return is_repeatable(effort.change.address, _sending(effort))


def _sending(effort: Effort) -> Sending:
    assert effort.sending is not None
    return effort.sending


def _section_groups(efforts: Sequence[Effort], desired: Desired) -> Iterator[Group]:
    """Group each section with its companion, which goes along also where it did not change."""
    sent = {effort.change.address: _sending(effort) for effort in efforts}
    grouped: set[str] = set()
    for address in sent:
        if address in grouped:
            continue
        companion = BY_NAME[address].companion
        names = [address]
        if companion is not None and companion in desired.wanted:
            names.append(companion)
        grouped.update(names)
        changed = tuple(name for name in names if name in sent)
        parts = tuple(part for name in names for part in _parts(name, desired.wanted[name].value, desired))
        yield Group(changed, parts, {name: sent[name] for name in changed})


def _entry_group(effort: Effort, desired: Desired) -> Group:
    address = effort.change.address
    sending = _sending(effort)
    value = members(sending.value)
    travelling: dict[str, Plain] = {
        name: below for name, below in value.items() if sending.fields is None or name in sending.fields
    }
    if sending.id is not None:
        travelling["id"] = sending.id
    if sending.notify_network is not None:
        travelling["notify_network"] = sending.notify_network
    return Group((address,), _parts(section_of(address), travelling, desired), {address: sending})


def _parts(section: str, value: Plain, desired: Desired) -> tuple[Part, ...]:
    return tuple(encode(BY_NAME[section], value, desired.files))
