"""One process that has imported what the others share, and forks them: the whole system starts in seconds.

It takes orders on its standard input, one JSON object a line, and answers each with the new process's id. A child is what
`python -m <module> <arguments>` would be, in a session of its own. When its input ends it ends; its children do not.
"""

import importlib
import json
import os
import runpy
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

_MOST_FILES = 4096


def main(shared: list[str]) -> None:
    """Import these, then fork on order. Nothing here may start a thread: a fork would not take it along."""
    for name in shared:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, _bury)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
        print(child, flush=True)


def _become(order: dict[str, Any]) -> None:
    """Forget the nursery and run the module; leaves by SystemExit or by what the module raises."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    nothing, log = os.open(os.devnull, os.O_RDONLY), os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.closerange(3, _MOST_FILES)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # it is a text stream
    os.environ.clear()  # noqa: TID251 - the child's environment is made here
    os.environ.update(order["environment"])  # noqa: TID251 - the child's environment is made here
    os.chdir(Path(order["folder"]))
    sys.argv = [order["module"], *order["arguments"]]
    runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
    sys.exit()


def _bury(_: int, __: FrameType | None) -> None:
    """Take the ended children's codes, so that their ids are free and whoever watches sees them gone."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


if __name__ == "__main__":
    main(sys.argv[1:])
