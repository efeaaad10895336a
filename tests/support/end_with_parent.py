"""Become another program that ends when the one that started it does, however that one ends.

`python end_with_parent.py PARENT COMMAND…`: the kernel is asked (Linux) to kill this process with
its parent, so that a test run that is cut off with SIGKILL leaves no server running.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # It may have ended before the kernel was asked.
    if os.getppid() == parent:
        os.execvp(command[0], command)


if __name__ == "__main__":
    main()
