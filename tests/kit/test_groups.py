"""Small writes that share a commit."""

import asyncio
from collections.abc import Sequence

import pytest

from kit.groups import Groups


class Store:
    """Keeps what was committed, group by group; an item below zero cannot be."""

    def __init__(self) -> None:
        self.groups: list[tuple[str, list[int]]] = []
        self.open, self.begun = asyncio.Event(), asyncio.Event()
        self.open.set()

    async def commit(self, key: str, items: Sequence[int]) -> None:
        self.begun.set()
        await self.open.wait()
        if any(item < 0 for item in items):
            raise ValueError("below zero")
        self.groups.append((key, list(items)))


async def test_what_comes_together_is_committed_together_and_keys_never_meet() -> None:
    store = Store()
    groups: Groups[str, int] = Groups(store.commit, linger=0)
    await asyncio.gather(*(groups.add(key, item) for item in range(5) for key in ("a", "b")))
    assert sorted(store.groups) == [("a", [0, 1, 2, 3, 4]), ("b", [0, 1, 2, 3, 4])]


async def test_a_group_holds_no_more_than_its_most() -> None:
    store = Store()
    groups: Groups[str, int] = Groups(store.commit, linger=0, most=2)
    await asyncio.gather(*(groups.add("a", item) for item in range(5)))
    assert store.groups == [("a", [0, 1]), ("a", [2, 3]), ("a", [4])]


async def test_one_bad_item_fails_alone() -> None:
    store = Store()
    groups: Groups[str, int] = Groups(store.commit, linger=0)
    outcomes = await asyncio.gather(*(groups.add("a", item) for item in (1, -1, 2)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [type(None), ValueError, type(None)]
    assert store.groups == [("a", [1]), ("a", [2])]


async def test_who_leaves_before_the_commit_takes_the_item_along() -> None:
    store = Store()
    groups: Groups[str, int] = Groups(store.commit, linger=0.01)
    staying, leaving = (asyncio.create_task(groups.add("a", item)) for item in (1, 2))
    await asyncio.sleep(0)
    leaving.cancel()
    await staying
    assert store.groups == [("a", [1])]


async def test_who_leaves_during_the_commit_stops_nobody_and_a_next_group_gathers_meanwhile() -> None:
    store = Store()
    store.open.clear()
    groups: Groups[str, int] = Groups(store.commit, linger=0)
    first = [asyncio.create_task(groups.add("a", item)) for item in (1, 2)]
    await store.begun.wait()
    later = [asyncio.create_task(groups.add("a", item)) for item in (3, 4)]
    await asyncio.sleep(0)
    first[1].cancel()
    store.open.set()
    await asyncio.gather(first[0], *later)
    assert store.groups == [("a", [1, 2]), ("a", [3, 4])]


async def test_shutdown_waits_for_what_was_added() -> None:
    store = Store()
    store.open.clear()
    groups: Groups[str, int] = Groups(store.commit, linger=0)
    writer = asyncio.create_task(groups.add("a", 1))
    await asyncio.sleep(0)
    draining = asyncio.create_task(groups.drain())
    await asyncio.sleep(0)
    assert not draining.done()
    store.open.set()
    await asyncio.wait_for(draining, 5)
    await writer
    assert store.groups == [("a", [1])]


@pytest.mark.parametrize("count", [1, 3])
async def test_a_key_that_was_quiet_begins_anew(count: int) -> None:
    store = Store()
    groups: Groups[str, int] = Groups(store.commit, linger=0)
    for item in range(count):
        await groups.add("a", item)
    assert store.groups == [("a", [item]) for item in range(count)]
