# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from xml.etree.ElementTree import fromstring

import pytest

from aiocontacts.protocol import GOOGLE, STANDARD
from aiocontacts.testing import QUOTAS
from aiocontacts.testing._quotas import throttled


def test_every_shape_is_there() -> None:
    """Each body that was ever seen, for a minute and for a day, and each status."""
    shapes = {name.split("-")[0] for name in QUOTAS}

    assert {"json", "old", "xml", "text", "html"} == shapes
    for shape in shapes:
        ends = {name.rpartition("-")[2] for name in QUOTAS if name.startswith(shape)}
        assert {"minute", "day"} == ends
    assert {403, 429, 503} == {fault.status for fault in QUOTAS.values()}


@pytest.mark.parametrize("name", QUOTAS)
def test_a_shape_is_what_its_name_says(name: str) -> None:
    """The body is of that kind, and says whether tomorrow is soon enough."""
    fault = QUOTAS[name]
    body = str(fault.body)

    assert ("Daily" in body or "per day" in body) == name.endswith("day")
    match name.split("-", maxsplit=1)[0]:
        case "json":
            assert fault.status == json.loads(body)["error"]["code"]
        case "old":
            [error] = json.loads(body)["error"]["errors"]
            assert "usageLimits" == error["domain"]
        case "xml":
            assert "{http://schemas.google.com/g/2005}errors" == fromstring(body).tag
        case kind:
            assert ("html" == kind) == body.startswith("<!DOCTYPE html>")


def test_who_asks_too_often_is_told_as_the_server_does() -> None:
    """By the status that is meant for it, or by 403."""
    assert (429, "60") == (throttled(STANDARD).status, throttled(STANDARD).headers["Retry-After"])

    told = throttled(GOOGLE)
    assert 403 == told.status
    assert "PERMISSION_DENIED" == json.loads(b"".join(told.body))["error"]["status"]
