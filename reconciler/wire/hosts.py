"""Owns what a host name tells by itself: whether it can be looked up, and whether it is this machine."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this machine's own."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_host(host: str) -> bool:
    """Tell whether a host name can be looked up: it cannot where one of its labels is empty or too long."""
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return True
