"""Become another program with limits: `python -I -S sandbox_child.py PARENT AS CPU FSIZE NICE PROGRAM ARGS...`.

Standard library only: it runs before anything else is imported. The limits are set here rather than in a
`preexec_fn`, which is unsafe in a process with threads. On Linux the kernel also kills the program when the thread
that started it dies, so a worker that is killed leaves no transcoder behind.
"""

import contextlib
import os
import resource
import sys

PR_SET_PDEATHSIG = 1
SIGKILL = 9


def main() -> None:
    """Set the limits and replace this process."""
    parent, memory, cpu, file_size, nice = (int(value) for value in sys.argv[1:6])
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL)
        if os.getppid() != parent:  # it died before the line above
            sys.exit(1)
        # Where a container's memory runs out, the kernel should take the transcoder first, not the worker.
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:  # noqa: PTH123
            score.write("800")
    # macOS refuses RLIMIT_AS
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(nice)
    os.execv(sys.argv[6], sys.argv[6:])  # noqa: S606


if __name__ == "__main__":
    main()
