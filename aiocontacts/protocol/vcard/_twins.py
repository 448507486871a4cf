# SPDX-License-Identifier: Apache-2.0
"""Frozen values, made as fast as open ones: nearly every card has some.

A frozen dataclass sets each field through `object.__setattr__`, which takes longer than reading
the line.  So there is a twin with the same slots that is open, and what it makes takes the class
of the frozen one as soon as it is whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, make_dataclass
from typing import Any, TypeVar

T = TypeVar("T")


def twin(frozen: type[T]) -> Callable[..., T]:
    """What makes values of a frozen dataclass with slots, of all their fields in their order."""

    def freeze(value: Any) -> None:
        value.__class__ = frozen

    names = [field.name for field in fields(frozen)]  # type: ignore[arg-type]  # all are dataclasses
    return make_dataclass(
        frozen.__name__, names, slots=True, eq=False, namespace={"__post_init__": freeze}
    )
