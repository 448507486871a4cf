# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from tests.sync.stories import STORIES, Story


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
async def test_every_story_ends_as_it_must(story: Story) -> None:
    """What is at stake in a story is kept."""
    await story()
