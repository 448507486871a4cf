# SPDX-License-Identifier: Apache-2.0
"""The door to dnspython, against a name server on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import cast

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset
import pytest

from aiocontacts.transport import Service
from aiocontacts.transport._dns import DnsResolver

LABEL = "_carddavs._tcp.example.org"
RECORDS = {
    ("_carddavs._tcp.example.org.", "SRV"): [
        "10 5 8443 dav.example.org.",
        "20 0 443 backup.example.net.",
    ],
    ("_carddavs._tcp.example.org.", "TXT"): ['"path=/dav/" "x=1"', '"path=/old"', '"\\255"'],
    ("_carddavs._tcp.closed.example.", "SRV"): ["0 0 0 ."],
}


class NameServer(asyncio.DatagramProtocol):
    """Answers over UDP: what it knows, NXDOMAIN, or SERVFAIL where it is told to fail."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failing = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{question.name} {kind}")
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        known = RECORDS.get((str(question.name), kind))
        if self.failing:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif known is None:
            response.set_rcode(dns.rcode.NXDOMAIN)
        else:
            response.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, known))
        self._transport.sendto(response.to_wire(), addr)


@pytest.fixture
async def names() -> AsyncIterator[tuple[NameServer, DnsResolver]]:
    loop = asyncio.get_running_loop()
    transport, served = await loop.create_datagram_endpoint(NameServer, local_addr=("127.0.0.1", 0))
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = transport.get_extra_info("sockname")[1]
    yield served, DnsResolver(resolver)
    transport.close()


Names = tuple[NameServer, DnsResolver]


async def test_services_are_read(names: Names) -> None:
    """SRV records of that very name come as they are, with hosts as URLs have them."""
    served, resolver = names

    assert {
        Service("dav.example.org", 8443, 10, 5),
        Service("backup.example.net", 443, 20, 0),
    } == set(await resolver.services(LABEL))
    assert [f"{LABEL}. SRV"] == served.asked


async def test_the_root_is_a_dot(names: Names) -> None:
    """A service that is not offered has a dot for its host."""
    _, resolver = names

    assert ["."] == [one.target for one in await resolver.services("_carddavs._tcp.closed.example")]


async def test_every_string_is_read(names: Names) -> None:
    """The strings of several TXT records, and several of one, come singly (case 11)."""
    _, resolver = names

    assert {"path=/dav/", "x=1", "path=/old", "\ufffd"} == set(await resolver.texts(LABEL))


async def test_an_unknown_name_has_no_records(names: Names) -> None:
    """A name that is not there offers nothing (F58)."""
    _, resolver = names

    assert [] == await resolver.services("_carddavs._tcp.nowhere.example")
    assert [] == await resolver.texts("_carddavs._tcp.nowhere.example")


async def test_a_failing_name_server_has_no_records(names: Names) -> None:
    """Where the name server fails, nothing is known to be offered (F58)."""
    served, resolver = names
    served.failing = True

    assert [] == await resolver.services(LABEL)


@pytest.mark.parametrize("name", ["a" * 64 + ".example.org", "..", "x." * 200])
async def test_an_impossible_name_has_no_records(names: Names, name: str) -> None:
    """What cannot be a name is not asked for."""
    served, resolver = names

    assert [] == await resolver.services(name)
    assert [] == served.asked


async def test_the_resolvers_of_the_machine_are_the_default(
    names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a resolver of the caller's, that of the machine is asked."""
    served, resolver = names
    monkeypatch.setattr(dns.asyncresolver, "default_resolver", resolver._resolver)

    assert 2 == len(await DnsResolver().services(LABEL))
    assert 1 == len(served.asked)
