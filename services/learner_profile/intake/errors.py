"""What the roster runs' doors refuse."""

from kit.problems import BadInput, Conflict, Problem


class UnsupportedUpload(Problem):
    status, title = 415, "An upload is application/zip, or one file in multipart/form-data"


class EmptyUpload(BadInput):
    title = "The upload holds no file"


class NotAnArchive(BadInput):
    title = "The upload is not a ZIP archive"


class UploadBroken(Problem):
    status, title = 400, "The upload ended before it was complete"


class RunNotHeld(Conflict):
    title = "Only a held run can be confirmed"


class RunSuperseded(Conflict):
    title = "A later run of the same source was applied since; send the archive again"


class RunOver(Conflict):
    title = "The run is over"
