"""Owns `state account`: it gives a state another account id."""

from msgspec.structs import replace

from reconciler.manual.refuse import refused
from reconciler.state.applied import Applied


def change_account(applied: Applied, account_id: str) -> Applied:
    """Return the state under another account id, as a reconnection gives one. Raises StateError."""
    if not account_id.strip():
        raise refused("account_id", "an account id cannot be empty", "give the new one")
    if not account_id.isprintable() or account_id != account_id.strip():
        raise refused("account_id", "this is not an account id", "give the one that the API's dashboard shows")
    if account_id == applied.account_id:
        raise refused("account_id", f"the state is of {account_id} already", "nothing is to be done")
    return replace(applied, account_id=account_id)
