# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from xml.etree.ElementTree import Element, canonicalize, fromstring, tostring

import pytest

from aiocontacts.testing._feed_xml import DECLARED, attribute, gcontact, gd, split, written


@pytest.mark.parametrize(
    "xml",
    [
        "<id>1</id>",
        "<gd:email address='a&amp;b' rel='&lt;&quot;&gt;'/>",
        "<gd:when startTime='a&#10;b&#9;c'>x &amp; y &lt; z&#13;</gd:when>",
        "<gd:extendedProperty name='p'>before<a>1</a>between<b><c/></b>after</gd:extendedProperty>",
        "<gd:where><tags xmlns=''><tag gd:x='1'>vip</tag></tags></gd:where>",
        "<x xmlns='urn:x' xmlns:y='urn:y' y:a='1' z='2'><y:b/></x>",
        "<x xmlns='urn:x'><y><id xmlns='http://www.w3.org/2005/Atom'/></y></x>",
        "<gd:email><x xmlns='urn:x'><gd:inner><id xmlns=''/><x/></gd:inner></x></gd:email>",
        "<content xml:lang='de'>x</content>",
    ],
)
def test_what_is_written_means_the_same(xml: str) -> None:
    """Whatever stands in an entry can be read from what was written of it."""
    document = f"<entry{DECLARED}>{xml}</entry>"
    [element] = fromstring(document)

    again = f"<entry{DECLARED}>{written(element)}</entry>"

    assert _canonical(fromstring(document)) == _canonical(fromstring(again))


def _canonical(element: Element) -> str:
    return canonicalize(tostring(element, "unicode"), rewrite_prefixes=True)


def test_names_have_two_parts() -> None:
    """A name is taken apart into its namespace, which may be empty, and the rest."""
    assert ("http://schemas.google.com/g/2005", "email") == split(gd("email"))
    assert ("http://schemas.google.com/contact/2008", "jot") == split(gcontact("jot"))
    assert ("", "tag") == split("tag")


def test_an_attribute_is_quoted_as_google_does() -> None:
    """The quotes of an entity tag become references."""
    assert '"&quot;A.&quot;"' == attribute('"A."')
    assert '"plain"' == attribute("plain")
