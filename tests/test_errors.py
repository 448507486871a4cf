# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import copy
import inspect
import pickle
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aiocontacts import errors
from aiocontacts.errors import (
    AlreadyExists,
    AuthenticationError,
    CardError,
    CardRefused,
    ConnectionFailed,
    ContactsError,
    EditConflict,
    FetchRefused,
    InvalidSyncToken,
    MalformedResponse,
    MissingProperty,
    NotFound,
    PermissionDenied,
    ProtocolError,
    RateLimited,
    ReauthRequired,
    RedirectRefused,
    ServerError,
    StateConflict,
    StatusError,
    SuspiciousSync,
    SyncError,
    SyncStalled,
    TimedOut,
    TransportError,
    UsageError,
    shown,
)
from tests.canaries import CARD_LINE, PASSWORD, TOKEN, assert_no_canary

URL = f"https://ada:{PASSWORD}@dav.example.org/ada%40example.org/contacts/?token={TOKEN}"
SHOWN = "https://dav.example.org/*@*/contacts/"

STATUS_ERRORS: list[type[StatusError]] = [
    StatusError,
    AuthenticationError,
    ReauthRequired,
    PermissionDenied,
    NotFound,
    EditConflict,
    AlreadyExists,
    CardRefused,
    InvalidSyncToken,
    RateLimited,
    ServerError,
]


def refused(kind: type[StatusError], **more: str) -> StatusError:
    return kind(
        status=403,
        method="REPORT",
        url=URL,
        excerpt=f"{PASSWORD} {TOKEN} {CARD_LINE}",
        retry_after=30.0,
        **more,
    )


# One of each kind: what it says, and whether the same call is likely to work later.
SAYINGS: list[tuple[ContactsError, str, bool]] = [
    (ContactsError("it failed"), "it failed", False),
    (UsageError("the session is closed"), "the session is closed", False),
    (TransportError("no answer", url=URL), f"no answer ({SHOWN})", False),
    (ConnectionFailed("no answer", url=URL, sent=False), f"no answer ({SHOWN})", True),
    (TimedOut("no answer", url=URL), f"no answer ({SHOWN})", True),
    (FetchRefused("not there", url=URL, sent=False), f"not there ({SHOWN})", False),
    (RedirectRefused("too many", url=URL, hint="Why?"), f"too many ({SHOWN})\nWhy?", False),
    *(
        (refused(kind), f"REPORT {SHOWN} was answered 403", kind in {RateLimited, ServerError})
        for kind in STATUS_ERRORS
    ),
    (
        refused(InvalidSyncToken, condition="DAV:valid-sync-token", hint="Start anew."),
        f"REPORT {SHOWN} was answered 403, DAV:valid-sync-token\nStart anew.",
        False,
    ),
    (CardError("no END:VCARD"), "no END:VCARD", False),
    (ProtocolError("no sync-token", url=URL), f"no sync-token ({SHOWN})", False),
    (MalformedResponse("no XML", url=URL), f"no XML ({SHOWN})", False),
    (MalformedResponse("cut", url=URL, incomplete=True), f"cut ({SHOWN})", True),
    (
        MissingProperty("current-user-principal", url=URL),
        f"the server does not say its current-user-principal ({SHOWN})",
        False,
    ),
    (SyncError("no luck", url=URL), f"no luck ({SHOWN})", False),
    (SyncStalled("no luck", url=URL, hint="Why?"), f"no luck ({SHOWN})\nWhy?", False),
    (
        SuspiciousSync("all gone", url=URL, known=10, gone=10),
        f"all gone ({SHOWN})\nIf this is right, synchronise once with max_removed=1.0.",
        False,
    ),
    (StateConflict("overtaken", url=URL), f"overtaken ({SHOWN})", True),
]


def named(value: object) -> str:
    return type(value).__name__


def kinds() -> dict[str, type[ContactsError]]:
    return {
        name: kind
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, ContactsError)
    }


def drawn() -> dict[str, str]:
    """The tree in the module's docstring: a child, and under what it hangs."""
    parents: dict[str, str] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        branch = re.match(r"    ((?:│   |    )*(?:[├└]── )?)([A-Z]\w+) ", f"{line} ")
        if branch:
            depth = len(branch[1]) // 4
            path[depth:] = [branch[2]]
            parents[branch[2]] = path[depth - 1] if depth else "Exception"
    return parents


def test_the_drawn_tree_is_the_tree() -> None:
    """The drawing at the top shows every exception, and each where it stands."""
    assert {name: kind.__bases__[0].__name__ for name, kind in kinds().items()} == drawn()


def test_every_exception_is_exported() -> None:
    """What is drawn is exported, sorted, and nothing else but what shows URLs."""
    assert sorted([*kinds(), "shown"]) == errors.__all__


def test_card_errors_are_value_errors() -> None:
    """Who never heard of us catches a text that is no card as a ValueError."""
    assert issubclass(CardError, ValueError)


def test_usage_errors_are_runtime_errors() -> None:
    """Who never heard of us catches a wrong use as a RuntimeError."""
    assert issubclass(UsageError, RuntimeError)


@pytest.mark.parametrize("error, sentence, transient", SAYINGS, ids=named)
def test_an_error_says_what_happened(
    error: ContactsError, sentence: str, *, transient: bool
) -> None:
    """Each is one sentence made of its parts, with a hint on a line of its own."""
    assert sentence == str(error)
    assert transient is error.transient


def test_a_repr_says_what_happened_too() -> None:
    """An error inside another value, such as an `Unreadable`, is told from others of its kind."""
    assert f"ServerError('REPORT {SHOWN} was answered 403')" == repr(refused(ServerError))
    assert f"TimedOut('no answer ({SHOWN})')" == repr(TimedOut("no answer", url=URL, hint="Why?"))


def test_every_kind_is_tried() -> None:
    """There is a saying of every exception."""
    assert set(kinds().values()) == {type(error) for error, *_ in SAYINGS}


@pytest.mark.parametrize("error, sentence, transient", SAYINGS, ids=named)
def test_an_error_keeps_secrets(error: ContactsError, sentence: str, *, transient: bool) -> None:
    """Neither its words nor its repr hold what stands in a URL, an excerpt or an answer."""
    assert_no_canary(f"{error} {error!r}")
    assert "example.org/ada" not in f"{error} {error!r}"


@pytest.mark.parametrize("error, sentence, transient", SAYINGS, ids=named)
def test_an_error_travels(error: ContactsError, sentence: str, *, transient: bool) -> None:
    """A copy, and one that another process pickled, is the same error with the same parts."""
    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert type(error) is type(twin)
        assert sentence == str(twin)
        assert vars(error) == vars(twin)
        assert transient is twin.transient


def test_errors_carry_their_parts() -> None:
    """What an error was made of can be asked for by name."""
    lost = TimedOut("no answer", url=URL)
    no = refused(RateLimited, condition="DAV:x", hint="Wait.")
    odd = MissingProperty("getctag", url=URL, hint="Ask them.")
    gone = SuspiciousSync("all gone", url=URL, known=12, gone=10)

    assert (URL, True, None) == (lost.url, lost.sent, lost.hint)
    assert not ConnectionFailed("no answer", url=URL, sent=False).sent
    assert (403, "REPORT", URL, "DAV:x", 30.0, "Wait.") == (
        no.status,
        no.method,
        no.url,
        no.condition,
        no.retry_after,
        no.hint,
    )
    assert TOKEN in no.excerpt
    assert ("getctag", URL, "Ask them.") == (odd.name, odd.url, odd.hint)
    assert (12, 10, URL) == (gone.known, gone.gone, gone.url)
    assert SyncStalled("stuck", url=URL).url == URL


def test_what_was_not_sent_says_so() -> None:
    """A refusal that was known beforehand does not speak of an answer."""
    error = CardRefused(status=0, method="PUT", url=URL, condition="CARDDAV:max-resource-size")

    assert f"PUT {SHOWN} was not sent, CARDDAV:max-resource-size" == str(error)


def test_a_conflict_carries_its_three_sides() -> None:
    """What is needed to merge is there to be asked for, and is never shown."""
    error = refused(EditConflict)
    assert isinstance(error, EditConflict)
    assert (None, None, None) == (error.base, error.mine, error.theirs)

    error.base, error.mine, error.theirs = "base", CARD_LINE, f"theirs {CARD_LINE}"

    assert_no_canary(f"{error} {error!r}")
    assert CARD_LINE == copy.copy(error).mine


def test_errors_need_few_parts() -> None:
    """Of a refusal the status, the method and the URL are enough."""
    error = NotFound(status=404, method="GET", url="https://h/x")

    assert (None, None, "", None) == (error.condition, error.hint, error.excerpt, error.retry_after)
    assert "GET https://h/x was answered 404" == str(error)


@pytest.mark.parametrize(
    "url, text",
    [
        ("https://dav.example.org", "https://dav.example.org"),
        ("https://dav.example.org/", "https://dav.example.org/"),
        ("https://dav.example.org:8443/a/b.vcf", "https://dav.example.org:8443/a/b.vcf"),
        ("https://ada:secret@dav.example.org/a", "https://dav.example.org/a"),
        ("https://dav.example.org/a?token=secret#secret", "https://dav.example.org/a"),
        ("https://dav.example.org/p/ada@example.org/l", "https://dav.example.org/p/*@*/l"),
        ("https://dav.example.org/p/ada%40example.org.vcf", "https://dav.example.org/p/*@*"),
        ("https://dav.example.org/p/ada%2540example.org", "https://dav.example.org/p/*@*"),
        ("https://dav.example.org/a%20b%2Fc/ü", "https://dav.example.org/a%20b%2Fc/%C3%BC"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("http://[::1]/x", "http://[::1]/x"),
        ("https://dav.example.org/a\r\nX: 1", "https://dav.example.org/aX:%201"),
        ("https://dav.example.org/\x1b[31m", "https://dav.example.org/%1B%5B31m"),
        ("https://dav.example.org/\ud800", "https://dav.example.org/%3F"),
        ("/ada/contacts/", "/ada/contacts/"),
        ("", ""),
        ("https://[::1/x", "an unreadable URL"),
        ("https://h:port/x", "an unreadable URL"),
        ("https://h:99999/x", "an unreadable URL"),
        ("https://h\u2028/x", "an unreadable URL"),
    ],
)
def test_a_url_is_shown_without_secrets(url: str, text: str) -> None:
    """What is shown of a URL has no user, no query, no fragment, no address and no control."""
    assert text == shown(url)


@given(st.one_of(st.text(), st.text("a/@:?#%[]\\ .4025\n\x00\x1c").map("https://{}".format)))
@example("https://h/%25252540")
def test_any_url_can_be_shown(url: str) -> None:
    """Whatever stands for a URL, something can be shown, on one line and without a query."""
    text = shown(url)

    assert "?" not in text
    assert "#" not in text
    assert "@" not in text.replace("*@*", "")
    assert text == "" or text.splitlines() == [text]
