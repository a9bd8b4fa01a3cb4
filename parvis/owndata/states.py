"""How far a download, and a deletion, has come."""

from typing import Final

from parvis.kit.states import StateGraph

ASKED: Final = "asked"
READY: Final = "ready"
FAILED: Final = "failed"
OVER: Final = "over"
ERASING: Final = "erasing"

DOWNLOAD = StateGraph(
    "owndata_download.state",
    initial=ASKED,
    moves={
        ASKED: {READY: "worker", FAILED: "worker"},
        READY: {OVER: "worker"},
        FAILED: {OVER: "worker"},
        OVER: {},
    },
)
ARRIVAL = StateGraph(
    "owndata_arrival.state", initial=ASKED, moves={ASKED: {READY: "worker", FAILED: "worker"}, READY: {}, FAILED: {}}
)
# Who stays has no row any more, and neither has who is erased.
LEAVING = StateGraph("owndata_leaving.state", initial=ASKED, moves={ASKED: {ERASING: "worker"}, ERASING: {}})
