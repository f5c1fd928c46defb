"""Steps of a run that an executor takes before anybody asks for them; what comes out is the same."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeAlias, TypeVar, cast

from danvan_study.publish import AtOnce

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Executor, Future
    from functools import partial

T = TypeVar("T")
Key: TypeAlias = tuple[str, ...]
"""What a step makes, and of which wave or period."""

MOST: Final = 16
"""Steps that are given away and not yet done: more would hold the tables that they take along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[T]):
    """A part of a run that may be taken by another process."""

    key: Key
    call: Callable[[], partial[T]]
    """Puts together what is to be called and with which tables; both can be pickled."""
    needs: tuple[Key, ...] = ()
    """Steps whose results ``call`` asks for."""


class Ahead:
    """Takes each step once, and remembers.

    Parameters
    ----------
    executor
        Takes planned steps as soon as what they need is there. None, or :class:`~danvan_study.publish.AtOnce`: every
        step is taken here when it is asked for.
    """

    def __init__(self, executor: Executor | None = None) -> None:
        self._executor = None if isinstance(executor, AtOnce) else executor
        self._planned: dict[Key, Step[Any]] = {}
        self._begun: dict[Key, Future[Any]] = {}
        self._results: dict[Key, Any] = {}

    @property
    def is_elsewhere(self) -> bool:
        """Whether steps may have been taken by another process."""
        return self._executor is not None

    def plan(self, steps: Iterable[Step[Any]]) -> None:
        """Name steps that will be asked for, in this order; each is known when the next is looked for."""
        if not self._executor:
            return
        for step in steps:
            if not self.knows(step.key):
                self._planned[step.key] = step
        self._begin()

    def knows(self, key: Key) -> bool:
        """Return whether a step is done, begun or planned."""
        return any(key in steps for steps in (self._results, self._begun, self._planned))

    def take(self, step: Step[T]) -> T:
        """Return the result of a step.

        Raises
        ------
        StudyError
            As the step itself raises it, wherever it was taken.
        """
        if step.key not in self._results:
            self._planned.pop(step.key, None)
            self._begin()
            self._wait(step.key)
        if step.key not in self._results:
            self._results[step.key] = step.call()()
        return cast("T", self._results[step.key])

    def _wait(self, key: Key) -> None:
        """Wait for a step that was begun, and give away others meanwhile."""
        while key in self._begun:
            if self._begun[key].done():
                self._results[key] = self._begun.pop(key).result()
            else:
                wait([future for future in self._begun.values() if not future.done()], return_when=FIRST_COMPLETED)
            self._begin()

    def _begin(self) -> None:
        """Collect what is done, and give away planned steps that need nothing more."""
        if not self._executor or not (self._begun or self._planned):
            return
        for key in [key for key, future in self._begun.items() if _is_made(future)]:
            self._results[key] = self._begun.pop(key).result()
        while (step := self._next()) is not None:
            del self._planned[step.key]
            self._begun[step.key] = self._executor.submit(step.call())

    def _next(self) -> Step[Any] | None:
        """Return the first planned step that needs nothing more, if another may be under way."""
        if sum(not future.done() for future in self._begun.values()) >= MOST:
            return None
        ready = (step for step in self._planned.values() if all(need in self._results for need in step.needs))
        return next(ready, None)


def _is_made(future: Future[Any]) -> bool:
    """Return whether a step is done; one that failed stays where it is until somebody asks for it."""
    return future.done() and not future.cancelled() and future.exception() is None
