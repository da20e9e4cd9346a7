"""The file of signing keys, changed in steps that replicas can follow one after the other."""

import os
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from tempfile import NamedTemporaryFile

import orjson

from services.learner_profile.identity.domain import keys
from services.learner_profile.identity.domain.keys import KeySetDocument, SigningKeysError
from services.learner_profile.identity.domain.tokens import CLIENT_SECONDS
from services.learner_profile.operator.errors import OperatorError

_LONGEST_LIFE = CLIENT_SECONDS + 60


class Step(StrEnum):
    PUBLISH = "publish"
    SIGN = "sign"
    RETIRE = "retire"


def rotate_keys(file: Path, step: Step, now: int) -> list[str]:
    """Take one step (see `domain.keys`) at `now`, in seconds since 1970; answers the ids of the keys, the signing one first.

    A file that does not exist yet gets its first key by `publish`. The file changes as a whole or not at all.
    """
    try:
        document = _changed(file, step, now)
        keys.read_keys(orjson.dumps(document).decode())
    except SigningKeysError as refused:
        raise OperatorError(str(refused)) from refused
    _write(file, document)
    return [str(key["kid"]) for key in document["keys"]]


def _changed(file: Path, step: Step, now: int) -> KeySetDocument:
    if not file.exists() and step is Step.PUBLISH:
        return keys.first_keys()
    if not file.exists():
        raise OperatorError(f"There is no {file}")
    document = keys.read_document(file.read_text(encoding="utf-8"))
    steps: dict[Step, Callable[[], KeySetDocument]] = {
        Step.PUBLISH: lambda: keys.with_next_key(document),
        Step.SIGN: lambda: keys.with_next_key_signing(document, now),
        Step.RETIRE: lambda: keys.without_retired_keys(document, now, _LONGEST_LIFE),
    }
    return steps[step]()


def _write(file: Path, document: KeySetDocument) -> None:
    """Temporary files are the owner's alone to read, and so is what replaces the old one."""
    with NamedTemporaryFile("wb", dir=file.parent, prefix=f".{file.name}.", delete=False) as written:
        written.write(orjson.dumps(document, option=orjson.OPT_INDENT_2))
        written.flush()
        os.fsync(written.fileno())
    Path(written.name).replace(file)
