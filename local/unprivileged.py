"""How root runs a program that refuses root, as initdb and postgres do.

In a user namespace the program is root outside and somebody else inside, so that every folder of ours stays within
its reach. Where namespaces are not permitted it becomes `nobody`, with the capability to pass private folders if we have it.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534


@dataclass(frozen=True)
class Guise:
    """A command prefix, the user to switch to, and who must own the files on disk (None: leave them)."""

    prefix: tuple[str, ...] = ()
    user: int | None = None
    owner: int | None = None


GUISES_OF_ROOT = (
    Guise(("unshare", "--user", "--map-user=1000", "--map-group=1000"), owner=0),
    Guise(
        (
            "setpriv",
            f"--reuid={NOBODY}",
            f"--regid={NOBODY}",
            "--clear-groups",
            "--inh-caps=+dac_override",
            "--ambient-caps=+dac_override",
        ),
        owner=NOBODY,
    ),
    Guise(user=NOBODY, owner=NOBODY),
)


class UnreachableError(Exception):
    """Root found no guise in which the program runs and reaches its folder."""


def guise_for(program: Path, folder: Path) -> Guise:
    """The first guise in which `program` runs and can write `folder`, which then belongs to that guise's user."""
    if os.geteuid() != 0:
        return Guise()
    for guise in GUISES_OF_ROOT:
        _give(folder, guise.owner)
        if _works(guise, program, folder):
            return guise
    raise UnreachableError(
        f"{program.name} refuses to run as root, and neither a user namespace nor the user nobody can reach {folder}. "
        "Run as an ordinary user, or put the project in a folder that others may enter."
    )


def popen(guise: Guise, command: list[str], log: Path, env: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, so that a terminal's Ctrl-C does not reach it."""
    with log.open("ab") as out:
        return subprocess.Popen(
            [*guise.prefix, *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=env,
            start_new_session=True,
            user=guise.user,
            group=guise.user,
            extra_groups=None if guise.user is None else [],
        )


def _works(guise: Guise, program: Path, folder: Path) -> bool:
    question = ["sh", "-c", 'test -w "$1" && "$0" --version', str(program), str(folder)]
    try:
        asked = subprocess.run(
            [*guise.prefix, *question],
            capture_output=True,
            check=False,
            user=guise.user,
            group=guise.user,
            extra_groups=None if guise.user is None else [],
        )
    except OSError:
        return False
    return asked.returncode == 0


def _give(folder: Path, owner: int | None) -> None:
    """Hand the whole folder over, but only if its top does not belong to `owner` yet."""
    if owner is None or folder.stat().st_uid == owner:
        return
    for path in [*folder.rglob("*"), folder]:
        os.chown(path, owner, -1, follow_symlinks=False)
