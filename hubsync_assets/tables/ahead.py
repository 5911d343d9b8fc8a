"""Work done ahead in threads, its results taken in turn: how buckets keep all cores busy within bounded memory.

Keep out: what the work is.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

__all__ = ["BUCKETS_AT_ONCE", "in_turn"]

BUCKETS_AT_ONCE = 2
"""polars keeps one and a half of two cores busy with a bucket; two at a time keep both (more cost memory)."""

T = TypeVar("T")
R = TypeVar("R")


def in_turn(work: Callable[[T], R], items: Iterable[T], at_once: int) -> Iterator[R]:
    """The result for each item, in the order of the items.

    Args:
        work: called in a thread of its own; what it raises is raised here, in its turn.
        items: what to call it with.
        at_once: at most so many items are in work or wait to be taken, besides the one that the caller has.
    """
    with ThreadPoolExecutor(at_once, thread_name_prefix="bucket") as pool:
        waiting: deque[Future[R]] = deque()
        try:
            for item in items:
                if len(waiting) == at_once:
                    yield waiting.popleft().result()
                waiting.append(pool.submit(work, item))
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
