"""How a case and an appeal move, and what a decision can do."""

from datetime import timedelta
from typing import Final

from parvis.kit.states import StateGraph

WAITING: Final = "waiting"
DECIDED: Final = "decided"
APPEALED: Final = "appealed"
CLOSED: Final = "closed"

CASE = StateGraph(
    "safety_case.state",
    initial=WAITING,
    moves={
        WAITING: {DECIDED: "moderator"},
        DECIDED: {APPEALED: "person"},
        APPEALED: {CLOSED: "another moderator"},
        CLOSED: {},
    },
)

UPHELD: Final = "upheld"
REVERSED: Final = "reversed"

APPEAL = StateGraph(
    "safety_appeal.state",
    initial=WAITING,
    moves={WAITING: {UPHELD: "another moderator", REVERSED: "another moderator"}, UPHELD: {}, REVERSED: {}},
)

# What a decision does to the thing, and what to the account of whoever posted it. Empty: nothing.
REMOVE: Final = "remove"
UNRECOMMENDED: Final = "unrecommended"
ADULTS: Final = "adults"
SENSITIVE: Final = "sensitive"
ON_THING: Final = (REMOVE, UNRECOMMENDED, ADULTS, SENSITIVE)
WARN: Final = "warn"
SUSPEND: Final = "suspend"
CLOSE: Final = "close"
ON_ACCOUNT: Final = (WARN, SUSPEND, CLOSE)

LAW: Final = "law"
TERMS: Final = "terms"

# How long a case of a severity may wait before a moderator looks.
PATIENCE: Final = {
    4: timedelta(hours=1),
    3: timedelta(hours=12),
    2: timedelta(hours=48),
    1: timedelta(days=7),
}
APPEAL_PATIENCE: Final = timedelta(days=3)
APPEAL_MONTHS: Final = 6  # article 20(1) of the Digital Services Act
LEASE: Final = timedelta(minutes=15)
SUSPENSIONS: Final = (1, 3, 7, 14, 30, 90)  # days


def pairs(graph: StateGraph) -> list[list[str]]:
    """Every move of a graph, as the database guard takes them."""
    return [[here, there] for here, targets in graph.moves.items() for there in targets]
