"""Declared state graphs: which states a row may have, which moves exist, and who makes each."""

from collections.abc import Mapping
from dataclasses import dataclass, field


class StateGraphError(ValueError):
    """The graph contradicts itself. Raised at import, so a wrong graph never runs."""


class IllegalMoveError(ValueError):
    """A move that the graph does not have."""


@dataclass(frozen=True)
class StateGraph:
    """States and moves of one kind of row.

    `moves[a][b]` names who moves a row from `a` to `b` (a person's role, or "worker"). Every state is a key of
    `moves`; every state but the initial one is reached by some move.
    """

    name: str
    initial: str
    moves: Mapping[str, Mapping[str, str]]
    states: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "states", tuple(self.moves))
        if self.initial not in self.moves:
            raise StateGraphError(f"{self.name}: initial state {self.initial!r} is not declared")
        reached = {self.initial}
        for here, targets in self.moves.items():
            if here in targets:
                raise StateGraphError(f"{self.name}: {here!r} moves to itself")
            reached.update(targets)
        if unknown := reached - set(self.moves):
            raise StateGraphError(f"{self.name}: undeclared states {sorted(unknown)}")
        self._check_all_reachable()

    def _check_all_reachable(self) -> None:
        seen, todo = {self.initial}, [self.initial]
        while todo:
            for target in self.moves[todo.pop()]:
                if target not in seen:
                    seen.add(target)
                    todo.append(target)
        if lost := set(self.moves) - seen:
            raise StateGraphError(f"{self.name}: no way from {self.initial!r} to {sorted(lost)}")

    @property
    def terminal(self) -> frozenset[str]:
        """States that no move leaves."""
        return frozenset(state for state, targets in self.moves.items() if not targets)

    def sources(self, target: str) -> tuple[str, ...]:
        """States from which one move leads to `target`."""
        return tuple(state for state, targets in self.moves.items() if target in targets)

    def check(self, here: str, target: str) -> None:
        """Raise IllegalMoveError unless the graph has the move."""
        if target not in self.moves.get(here, {}):
            raise IllegalMoveError(f"{self.name}: no move from {here!r} to {target!r}")
