# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re

import pytest

from aiocontacts.protocol import dav
from aiocontacts.protocol.dav import _names

NAMES = {name: value for name, value in vars(_names).items() if name.isupper()}
NAMESPACES = ("DAV", "CARDDAV", "CALENDARSERVER")

# Constants that are not called after their element, since another has its name already.
OTHERWISE = {
    "PRINCIPAL_URL": "principal-URL",
    "QUERY_LIMIT": "limit",
    "QUERY_NRESULTS": "nresults",
}


@pytest.mark.parametrize("name", sorted(NAMES.keys() - set(NAMESPACES)))
def test_a_name_is_called_after_its_element(name: str) -> None:
    """A constant holds a qualified name, and is called as the RFC calls the element."""
    match = re.fullmatch(r"\{([^}]+)\}([A-Za-z-]+)", NAMES[name])

    assert match is not None
    assert OTHERWISE.get(name, name.lower().replace("_", "-")) == match[2]


def test_namespaces_are_spelt_as_registered() -> None:
    """The namespaces are those of RFC 4918, RFC 6352 and the CTag draft, to the letter."""
    assert ("{DAV:}", "{urn:ietf:params:xml:ns:carddav}", "{http://calendarserver.org/ns/}") == (
        dav.DAV,
        dav.CARDDAV,
        dav.CALENDARSERVER,
    )


@pytest.mark.parametrize(
    "names, namespace",
    [
        (("ADDRESSBOOK", "ADDRESSBOOK_HOME_SET", "ADDRESS_DATA", "ADDRESSBOOK_QUERY"), "CARDDAV"),
        (("FILTER", "QUERY_LIMIT", "QUERY_NRESULTS", "MAX_RESOURCE_SIZE"), "CARDDAV"),
        (("MULTISTATUS", "GETETAG", "SYNC_TOKEN", "SYNC_LEVEL", "LIMIT", "NRESULTS"), "DAV"),
        (("CURRENT_USER_PRINCIPAL", "PRINCIPAL_URL", "SUPPORTED_REPORT_SET"), "DAV"),
        (("GETCTAG",), "CALENDARSERVER"),
    ],
)
def test_names_stand_in_their_namespace(names: tuple[str, ...], namespace: str) -> None:
    """A name belongs to the document that defines it."""
    for name in names:
        assert NAMES[name].startswith(NAMES[namespace])


def test_every_name_is_exported_once() -> None:
    """All names can be had from the package, and no element has two."""
    elements = [value for name, value in NAMES.items() if name not in NAMESPACES]

    assert set(dav.__all__) >= NAMES.keys()
    assert sorted(set(elements)) == sorted(elements)
