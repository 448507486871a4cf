# SPDX-License-Identifier: Apache-2.0
"""The names of the feed: namespaces, link relations, and elements in Clark notation.

Elements and attributes are known by their namespace, never by a prefix: servers and clients bind
whichever they like.  In the types of contact data, ``gd:`` elements have URIs and ``gContact:``
elements plain words.
"""

from __future__ import annotations

from typing import Final

ATOM: Final = "http://www.w3.org/2005/Atom"
APP: Final = "http://www.w3.org/2007/app"
GD: Final = "http://schemas.google.com/g/2005"
CONTACT: Final = "http://schemas.google.com/contact/2008"
BATCH: Final = "http://schemas.google.com/gdata/batch"
OPEN_SEARCH: Final = "http://a9.com/-/spec/opensearch/1.1/"
OPEN_SEARCH_OLD: Final = "http://a9.com/-/spec/opensearchrss/1.0/"

PREFIXES: Final = {
    ATOM: "atom",
    APP: "app",
    GD: "gd",
    CONTACT: "gContact",
    BATCH: "batch",
    OPEN_SEARCH: "openSearch",
    OPEN_SEARCH_OLD: "openSearch",
}
"""The prefixes that people know them by, in messages and in what we write."""

ENTRY: Final = f"{{{ATOM}}}entry"
FEED: Final = f"{{{ATOM}}}feed"
ID: Final = f"{{{ATOM}}}id"
UPDATED: Final = f"{{{ATOM}}}updated"
EDITED: Final = f"{{{APP}}}edited"
CATEGORY: Final = f"{{{ATOM}}}category"
TITLE: Final = f"{{{ATOM}}}title"
CONTENT: Final = f"{{{ATOM}}}content"
LINK: Final = f"{{{ATOM}}}link"
ETAG: Final = f"{{{GD}}}etag"
DELETED: Final = f"{{{GD}}}deleted"

REL: Final = f"{GD}#"
"""What the types of ``gd:`` elements begin with."""
KIND: Final = (f"{REL}kind", f"{CONTACT}#contact")
"""Scheme and term of the category that every contact has."""
SELF_REL: Final = "self"
EDIT_REL: Final = "edit"
NEXT_REL: Final = "next"
POST_REL: Final = f"{REL}post"
BATCH_REL: Final = f"{REL}batch"
PHOTO_REL: Final = "http://schemas.google.com/contacts/2008/rel#photo"
EDIT_PHOTO_REL: Final = "http://schemas.google.com/contacts/2008/rel#edit-photo"


def gd(local: str) -> str:
    """The name of a ``gd:`` element."""
    return f"{{{GD}}}{local}"


def contact(local: str) -> str:
    """The name of a ``gContact:`` element."""
    return f"{{{CONTACT}}}{local}"


def spelt(name: str) -> str:
    """A name with the prefix that people know, as ``gd:email``; an unknown one stays as it is."""
    namespace, _, local = name[1:].rpartition("}")
    prefix = PREFIXES.get(namespace)
    return f"{prefix}:{local}" if prefix else name
