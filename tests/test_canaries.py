# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import base64
import logging

import pytest

from tests.canaries import CARD_LINE, PASSWORD, TOKEN, assert_no_canary, canaries_in, leaks


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("aiocontacts.x", logging.DEBUG, "x.py", 7, message, args, None)
    made.__dict__.update(extra)
    return made


@pytest.mark.parametrize("secret", [PASSWORD, TOKEN, CARD_LINE])
def test_planted_secrets_are_found(secret: str) -> None:
    """A text that holds a password, a token or a card of these tests is refused."""
    with pytest.raises(AssertionError):
        assert_no_canary(f"PROPFIND failed for {secret}.")


@pytest.mark.parametrize("user", ["ad", "ada", "adah"])
@pytest.mark.parametrize("tail", ["", "!", "!!"])
def test_basic_credentials_are_found(user: str, tail: str) -> None:
    """A password is found within an encoded Authorization header, wherever it begins."""
    encoded = base64.b64encode(f"{user}:{PASSWORD}{tail}".encode()).decode()

    assert 1 == len(canaries_in(f"Authorization: Basic {encoded}"))


def test_harmless_text_passes() -> None:
    """A text without planted secrets holds no canary."""
    assert [] == canaries_in("PROPFIND http://127.0.0.1:1/dav/ 207 12 kB 3 ms")


@pytest.mark.parametrize(
    "logged",
    [
        record(f"password {PASSWORD}"),
        record("password %s", PASSWORD),
        record("%s", {"password": PASSWORD}),
        record("failed", exc_text=f"ValueError: {PASSWORD}"),
        record("failed", headers={"Authorization": PASSWORD}),
    ],
)
def test_every_part_of_a_record_is_searched(logged: logging.LogRecord) -> None:
    """A secret in the message, the arguments, the traceback or an extra field is a leak."""
    assert ["aiocontacts.x logged -S3CRET at x:7"] == leaks([record("fine"), logged])
