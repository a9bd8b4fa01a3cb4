"""A child that does not outlive its parent, however the parent ends."""

import ctypes
import os
import signal
import sys
import threading
import time

PARENT = "PARVIS_PARENT"  # the process id of who started us, where it wants us to die with it
_PR_SET_PDEATHSIG = 1


def follow_parent(number: signal.Signals = signal.SIGTERM) -> None:
    """Send ourselves `number` when the parent is gone: by the kernel on Linux, by looking each second elsewhere.

    Nothing happens where nobody asked for it (PARVIS_PARENT).
    """
    wanted = os.environ.pop(PARENT, "")
    if wanted:
        follow(int(wanted), number)


def follow(parent: int, number: signal.Signals) -> None:
    """As `follow_parent`, for the given process id, which may be gone already."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(parent, number), daemon=True).start()
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def _watch(parent: int, number: signal.Signals) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), number)
