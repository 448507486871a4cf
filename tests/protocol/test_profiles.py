# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import UsageError
from aiocontacts.protocol import (
    GOOGLE,
    ICLOUD,
    PROFILES,
    RADICALE,
    STANDARD,
    ServerProfile,
    profile_of,
)


@pytest.mark.parametrize(
    "url, token, expected",
    [
        ("https://www.googleapis.com/carddav/v1/", None, GOOGLE),
        ("https://WWW.GOOGLEAPIS.COM./carddav/v1/", None, GOOGLE),
        ("https://googleapis.com.example.org/", None, STANDARD),
        ("https://p42-contacts.icloud.com:443/card/", None, ICLOUD),
        ("https://dav.example.org/", "http://radicale.org/ns/sync/0f", RADICALE),
        ("https://dav.example.org/", "urn:radicale", STANDARD),
        ("https://dav.example.org/", None, STANDARD),
        ("/no/host", "", STANDARD),
    ],
)
def test_a_server_is_known_by_its_host_or_its_token(
    url: str, token: str | None, expected: ServerProfile
) -> None:
    """The first profile that fits is the one; what fits none is a standard server."""
    assert expected is profile_of(url, token)


def test_a_profile_can_be_put_right() -> None:
    """Quirks are added and taken away by name; the profile itself stays as it is."""
    mine = GOOGLE.lacking("sync-depth-1").having("missing-etags")

    assert (False, True) == ("sync-depth-1" in mine, "missing-etags" in mine)
    assert (True, False) == ("sync-depth-1" in GOOGLE, "missing-etags" in GOOGLE)


def test_a_quirk_that_nobody_knows_is_refused() -> None:
    """A misspelt name is an error everywhere, also where it is only asked for."""
    for wrong in (STANDARD.having, STANDARD.lacking, STANDARD.__contains__):
        with pytest.raises(UsageError, match="there is no quirk 'no-such'") as caught:
            wrong("no-such")
        assert "sync-depth-1" in str(caught.value.hint)


def test_a_name_is_no_profile() -> None:
    """The name of a profile, which would pass for one without quirks, is refused."""
    assert (GOOGLE, None) == (ServerProfile.given(GOOGLE), ServerProfile.given(None))
    with pytest.raises(UsageError, match="ServerProfile"):
        ServerProfile.given("google")


def test_profiles_have_names_of_their_own() -> None:
    """A profile can be looked up by its name."""
    names = [profile.name for profile in (STANDARD, *PROFILES)]

    assert sorted(set(names)) == sorted(names)
