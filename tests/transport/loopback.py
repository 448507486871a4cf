# SPDX-License-Identifier: Apache-2.0
"""Servers on loopback that say exactly the bytes they are told to, and break off as they please."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from aiocontacts.testing import LEDGER


@dataclass
class Visit:
    """One connection, from the server's side."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    asked: list[bytes]

    async def read(self) -> bytes:
        """The next request, with its body; empty if the client hung up."""
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return b""
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
        authorization = fields.get(b"Authorization", b"").decode()
        LEDGER.receive(self.writer, authorization, "a raw server")
        body = await self.reader.readexactly(int(fields.get(b"Content-Length", b"0")))
        self.asked.append(head + body)
        return head + body

    async def say(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()

    def reset(self) -> None:
        """Break off with a RST."""
        connection = self.writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Play = Callable[[Visit], Awaitable[None]]


@dataclass
class Raw:
    """A server that follows a script for each connection."""

    url: str
    asked: list[bytes] = field(default_factory=list[bytes])
    visits: int = 0


@asynccontextmanager
async def raw(*scripts: Play, tls: ssl.SSLContext | None = None) -> AsyncIterator[Raw]:
    """A server on a free port; the last script serves all connections that are left."""
    served = Raw("")

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = scripts[min(served.visits, len(scripts) - 1)]
        served.visits += 1
        with suppress(ConnectionError):
            try:
                await script(Visit(reader, writer, served.asked))
            finally:
                writer.close()

    loop = asyncio.get_running_loop()
    usual = loop.get_exception_handler()

    def heard(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        # In asyncio's debug mode, a client that refuses a certificate is an error of the server's.
        # It comes after the block, so this stays for as long as the loop of the test.
        if not context["message"].startswith("Error on transport creation for incoming"):
            assert usual is not None  # set by anyio's runner
            usual(loop, context)

    server = await asyncio.start_server(visit, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    served.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}/"
    loop.set_exception_handler(heard)
    try:
        yield served
    finally:
        server.close()


def saying(*pieces: bytes) -> Play:
    """Answers the first request with these bytes, and closes the connection."""

    async def script(visit: Visit) -> None:
        await visit.read()
        await visit.say(*pieces)

    return script


def resetting(*pieces: bytes) -> Play:
    """Answers the first request with these bytes, waits for them to arrive, and resets."""

    async def script(visit: Visit) -> None:
        await visit.read()
        await visit.say(*pieces)
        visit.reset()

    return script


def answer(body: bytes, *fields: str, status: str = "207 Multi-Status") -> bytes:
    """A whole answer with its right length."""
    length = f"Content-Length: {len(body)}"
    return head(status, *fields, length) + body


def head(status: str = "207 Multi-Status", *fields: str) -> bytes:
    return "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", *fields, "")).encode()


def certified(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """TLS for a server called `name`, and for a client that believes its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "certificate.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(pem)
    return ours, ssl.create_default_context(cafile=str(pem))
