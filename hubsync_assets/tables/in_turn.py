"""Work done ahead in threads, its results taken in turn: how buckets keep all cores busy within bounded memory.

Keep out: what the work is.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

__all__ = ["BUCKETS_AT_ONCE", "in_turn"]

BUCKETS_AT_ONCE = 2
"""Where nobody says what memory there is. polars keeps one and a half of two cores busy with a bucket; two at a time keep both."""

T = TypeVar("T")
R = TypeVar("R")


def in_turn(work: Callable[[T], R], items: Iterable[T], at_once: int | Callable[[], int]) -> Iterator[R]:
    """The result for each item, in the order of the items.

    Args:
        work: called in a thread of its own; what it raises is raised here, in its turn.
        items: what to call it with.
        at_once: the most items that are in progress or waiting to be taken, besides the one the caller has; or a function that is
            asked before each item, where this depends on what else is going on. With 0 the work is done in the caller's thread.
    """
    how_many = at_once if callable(at_once) else lambda: at_once
    with ThreadPoolExecutor(thread_name_prefix="in-turn") as pool:
        waiting: deque[Future[R]] = deque()
        try:
            for item in items:
                most = how_many()
                while waiting and len(waiting) >= most:
                    yield waiting.popleft().result()
                if most:
                    waiting.append(pool.submit(work, item))
                else:
                    yield work(item)
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
