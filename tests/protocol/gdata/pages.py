# SPDX-License-Identifier: Apache-2.0
"""Feeds and entries to be read: in today's dialect, and as Google's pages print them."""

from __future__ import annotations

from collections.abc import Mapping

from aiocontacts.protocol import Headers, Operation, ResponseHead
from tests.protocol.rows import ItemT, ResultT, Told, fed, replay

ROOT = "https://www.google.com/m8/feeds/contacts/example.com"
URL = f"{ROOT}/full"
ATOM = {"Content-Type": "application/atom+xml; charset=UTF-8"}
REL = "http://schemas.google.com/contacts/2008/rel"
NAMESPACES = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:batch="http://schemas.google.com/gdata/batch"'
    ' xmlns:gContact="http://schemas.google.com/contact/2008"'
    ' xmlns:gd="http://schemas.google.com/g/2005"'
)
SEARCH = "http://a9.com/-/spec/opensearch/1.1/"
OLD_SEARCH = "http://a9.com/-/spec/opensearchrss/1.0/"
NOW = "2026-03-02T09:15:07.412Z"


def answered(
    operation: Operation[ItemT, ResultT],
    body: str | bytes,
    *,
    status: int = 200,
    headers: Mapping[str, str] = ATOM,
    url: str = URL,
) -> Told[ItemT, ResultT]:
    """What an answer of the feed means, in pieces of any size the same."""
    data = body.encode() if isinstance(body, str) else body
    return replay(operation, data, status=status, headers=headers, url=url)


def at_once(operation: Operation[ItemT, ResultT], body: bytes, size: int) -> Told[ItemT, ResultT]:
    """What an answer means in pieces of one size."""
    decoder = operation.decoder(ResponseHead(200, Headers(ATOM), URL))
    assert decoder is not None
    return fed(decoder, body, size)


def feed(*content: str, etag: str = 'W/"F."') -> str:
    """A feed of today, in one line."""
    tag = f'<feed gd:etag="{etag.replace(chr(34), "&quot;")}" {NAMESPACES}'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{tag} xmlns:openSearch="{SEARCH}">'
        f"<id>example.com</id><updated>{NOW}</updated>{''.join(content)}</feed>"
    )


def link(rel: str, href: str, more: str = "") -> str:
    """A link, as servers write it."""
    escaped = href.replace("&", "&amp;")
    return f'<link rel="{rel}" type="application/atom+xml" href="{escaped}"{more}/>'


def totals(total: object = 5, start: object = 1, per_page: object = 2) -> str:
    """How much there is."""
    return (
        f"<openSearch:totalResults>{total}</openSearch:totalResults>"
        f"<openSearch:startIndex>{start}</openSearch:startIndex>"
        f"<openSearch:itemsPerPage>{per_page}</openSearch:itemsPerPage>"
    )


def inner(key: str = "1f0c", *content: str) -> str:
    """What an entry holds."""
    photo = f"https://www.google.com/m8/feeds/photos/media/example.com/{key}"
    return (
        f"<id>http://www.google.com/m8/feeds/contacts/example.com/base/{key}</id>"
        "<updated>2026-02-27T16:40:11.083Z</updated>"
        f'<link rel="{REL}#photo" type="image/*" href="{photo}"/>'
        f"{link('self', f'{URL}/{key}')}{link('edit', f'{URL}/{key}')}{''.join(content)}"
    )


def entry(key: str = "1f0c", *content: str, etag: str = '"E."') -> str:
    """An entry within a feed."""
    return f'<entry gd:etag="{etag.replace(chr(34), "&quot;")}">{inner(key, *content)}</entry>'


def alone(key: str = "1f0c", *content: str, etag: str = '"E."') -> str:
    """An entry that comes by itself."""
    tag = f'<entry {NAMESPACES} gd:etag="{etag.replace(chr(34), "&quot;")}">'
    return f"{tag}{inner(key, *content)}</entry>"


PRINTED = """<feed xmlns='http://www.w3.org/2005/Atom'
  xmlns:openSearch='http://a9.com/-/spec/opensearchrss/1.0/'
  xmlns:gd='http://schemas.google.com/g/2005'
  xmlns:gContact='http://schemas.google.com/contact/2008'
  xmlns:batch='http://schemas.google.com/gdata/batch'>
  <id>https://www.google.com/m8/feeds/contacts/example.com/base</id>
  <updated>2008-03-05T12:36:38.836Z</updated>
  <category scheme='http://schemas.google.com/g/2005#kind'
    term='http://schemas.google.com/contact/2008#contact' />
  <title type='text'>example.com's Contacts</title>
  <link rel='http://schemas.google.com/g/2005#feed' type='application/atom+xml'
    href='https://www.google.com/m8/feeds/contacts/example.com/full' />
  <link rel='http://schemas.google.com/g/2005#post' type='application/atom+xml'
    href='https://www.google.com/m8/feeds/contacts/example.com/full' />
  <link rel='http://schemas.google.com/g/2005#batch' type='application/atom+xml'
    href='https://www.google.com/m8/feeds/contacts/example.com/full/batch' />
  <link rel='self' type='application/atom+xml'
    href='https://www.google.com/m8/feeds/contacts/example.com/full?max-results=25' />
  <author>
    <name>example.com</name>
    <email>example.com</email>
  </author>
  <generator version='1.0' uri='https://www.google.com/m8/feeds/contacts'>
    Contacts
  </generator>
  <openSearch:totalResults>1</openSearch:totalResults>
  <openSearch:startIndex>1</openSearch:startIndex>
  <openSearch:itemsPerPage>25</openSearch:itemsPerPage>
  <entry>
    <id>
      https://www.google.com/m8/feeds/contacts/example.com/base/c9012de
    </id>
    <updated>2008-03-05T12:36:38.835Z</updated>
    <category scheme='http://schemas.google.com/g/2005#kind'
      term='http://schemas.google.com/contact/2008#contact' />
    <title type='text'>Fitzgerald</title>
    <gd:name>
      <gd:fullName>Fitzgerald</gd:fullName>
    </gd:name>
    <link rel="http://schemas.google.com/contacts/2008/rel#photo" type="image/*"
      href="http://google.com/m8/feeds/photos/media/example.com/c9012de"/>
    <link rel='self' type='application/atom+xml'
      href='https://www.google.com/m8/feeds/contacts/example.com/full/c9012de' />
    <link rel='edit' type='application/atom+xml'
      href='https://www.google.com/m8/feeds/contacts/example.com/full/c9012de/1204720598835000' />
    <gd:phoneNumber rel='http://schemas.google.com/g/2005#home' primary='true'>
      456
    </gd:phoneNumber>
    <gd:extendedProperty name="pet" value="hamster" />
  </entry>
</feed>
"""
"""A feed in the versioned dialect, as Google's page about reading has it."""
