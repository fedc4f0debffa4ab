"""Owns the packing of what is sent into requests: few where repeating is safe, one by one where it is not."""

from collections.abc import Iterator, Mapping
from itertools import chain, zip_longest

from reconciler.address import is_entry_section, section_of
from reconciler.planning.encode import encode, head
from reconciler.planning.plan import Group, Part, Request
from reconciler.profile.desired import Desired
from reconciler.spec import BY_NAME, ENTRY_SECTIONS
from reconciler.state.applied import Sending
from reconciler.state.queries import is_repeatable
from reconciler.values import Plain, members


def requests(sendings: Mapping[str, Sending], desired: Desired) -> tuple[Request, ...]:
    """Pack what has to be sent, by address: repeatable changes first and together, the others alone, in file order.

    The API takes one experience and one education a request (spec, *Request body*).
    """
    packed = {address: sending for address, sending in sendings.items() if is_repeatable(address, sending)}
    alone = sorted(sendings.keys() - packed.keys(), key=lambda address: desired.wanted[address].position)
    lanes = [[tuple(_section_groups(packed, desired))]]
    for section in ENTRY_SECTIONS:
        of_section = [address for address in packed if section_of(address) == section]
        lanes.append([(_entry_group(address, packed[address], desired),) for address in of_section])
    rows = (tuple(chain(*row)) for row in zip_longest(*lanes, fillvalue=()))
    rest = (_entry_group(address, sendings[address], desired) for address in alone)
    start = head(desired.account_id)
    return (
        *(Request(start, groups, repeatable=True) for groups in rows if groups),
        *(Request(start, (group,), repeatable=False) for group in rest),
    )


def split(request: Request) -> tuple[Request, ...]:
    """Take a packed request apart: one request a group."""
    return tuple(Request(request.head, (group,), request.repeatable) for group in request.groups)


def _section_groups(sendings: Mapping[str, Sending], desired: Desired) -> Iterator[Group]:
    """Group each section with its companion, which goes along also where it did not change."""
    grouped: set[str] = set()
    for address in sendings:
        if address in grouped or is_entry_section(section_of(address)):
            continue
        companion = BY_NAME[address].companion
        names = [name for name in (address, companion) if name is not None and name in desired.wanted]
        grouped.update(names)
        changed = tuple(name for name in names if name in sendings)
        parts = tuple(part for name in names for part in _parts(name, desired.wanted[name].value, desired))
        yield Group(changed, parts, {name: sendings[name] for name in changed})


def _entry_group(address: str, sending: Sending, desired: Desired) -> Group:
    value = members(sending.value)
    travelling = {name: value[name] for name in value if sending.fields is None or name in sending.fields}
    if sending.id is not None:
        travelling["id"] = sending.id
    if sending.notify_network is not None:
        travelling["notify_network"] = sending.notify_network
    return Group((address,), _parts(section_of(address), travelling, desired), {address: sending})


def _parts(section: str, value: Plain, desired: Desired) -> tuple[Part, ...]:
    return tuple(encode(BY_NAME[section], value, desired.files))
