# SPDX-License-Identifier: Apache-2.0
"""Is an address one of the public internet?

A stranger may name any place, one inside of our network too.  A name proves nothing, since whoever
owns it says where it leads, and may say something else a moment later; so the address is judged
when it is about to be connected to, for every connection anew.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

_GLOBAL: Final = IPv6Network("2000::/3")
# What lies within it, and is no address of a public host: 6to4 may lead anywhere in IPv4.
_NOBODYS: Final = (IPv6Network("2002::/16"), IPv6Network("3fff::/20"))
# Some versions of Python take the first for public, unlike RFC 6890; both are where clouds tell
# their machines secrets.
_INSIDE: Final = (IPv4Network("192.0.0.0/24"), IPv4Network("168.63.129.16"))
_NAT64: Final = IPv6Network("64:ff9b::/96")


def is_public(host: str) -> bool:
    """Whether an address is one of the public internet: not this machine, nor a network of ours."""
    # What is behind a percent sign names an interface of this machine.
    address = ip_address(host.partition("%")[0])
    if isinstance(address, IPv4Address):
        inside = any(address in network for network in _INSIDE)
        return address.is_global and not address.is_multicast and not inside
    within = _within(address)
    if within is not None:
        return is_public(str(within))
    return (
        address in _GLOBAL
        and address.is_global
        and not any(address in network for network in _NOBODYS)
    )


def _within(address: IPv6Address) -> IPv4Address | None:
    """The address that it stands for on the way through a translator."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped
