"""Small writes that share a commit: what arrives within a few milliseconds under one key becomes one transaction.

A writer waits until its own item is committed. While a group commits the next one gathers, so that a busy key is always
committing and a quiet one waits no longer than the linger. If a group fails, its items are tried one by one: one bad item
costs the others a little time and nothing else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

LINGER_SECONDS = 0.002
MOST_ITEMS = 256
Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")


@dataclass
class Groups(Generic[Key, Item]):
    """`commit` makes the items of one key durable, all of them or none; items of different keys never meet."""

    commit: Callable[[Key, Sequence[Item]], Awaitable[None]]
    linger: float = LINGER_SECONDS
    most: int = MOST_ITEMS
    _waiting: dict[Key, list[tuple[Item, asyncio.Future[None]]]] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def add(self, key: Key, item: Item) -> None:
        """Return when the item is committed; raises what its commit raised.

        A writer that is cancelled before its group is taken withdraws its item; afterwards the item is committed all the same.
        """
        done = asyncio.get_running_loop().create_future()
        if key in self._waiting:
            self._waiting[key].append((item, done))
        else:
            self._waiting[key] = [(item, done)]
            task = asyncio.create_task(self._work_off(key))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        await done

    async def drain(self) -> None:
        """Wait until everything that was added is committed or refused."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _work_off(self, key: Key) -> None:
        await asyncio.sleep(self.linger)
        while self._waiting[key]:
            taken = self._waiting[key][: self.most]
            del self._waiting[key][: self.most]
            wanted = [(item, done) for item, done in taken if not done.done()]
            if wanted:
                await self._settle(key, wanted)
        del self._waiting[key]

    async def _settle(self, key: Key, taken: Sequence[tuple[Item, asyncio.Future[None]]]) -> None:
        try:
            await self.commit(key, [item for item, _ in taken])
        except Exception as failed:  # noqa: BLE001 - whatever it was, it goes to the writers
            if len(taken) == 1:
                _tell(taken[0][1], failed)
                return
            for one in taken:
                await self._settle(key, [one])
        else:
            for _, done in taken:
                _tell(done, None)


def _tell(done: "asyncio.Future[None]", failed: Exception | None) -> None:
    if done.done():
        return
    if failed is None:
        done.set_result(None)
    else:
        done.set_exception(failed)
