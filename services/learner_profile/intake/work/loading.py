"""The one transaction of a run: every file is read into side tables first, then it is decided, then the roster changes.

A file of which the source never had a row need not wait for the decision: the roster takes it while the next one is read.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from services.learner_profile.intake.domain.brake import reasons_to_hold
from services.learner_profile.intake.domain.files import KEPT, KNOWN, ROLES, SCALE_LINKS
from services.learner_profile.intake.domain.layout import Layout
from services.learner_profile.intake.work import vanishing
from services.learner_profile.intake.work.archive import Archive, ArchiveRefused
from services.learner_profile.intake.work.checks import KEY, Checked, key_of
from services.learner_profile.intake.work.hashes import StoredHashes
from services.learner_profile.intake.work.links import ScaleLinks
from services.learner_profile.intake.work.loaded import LoadedFile
from services.learner_profile.intake.work.reading import Reader, ahead, count_rows, looks_like_delta, open_file
from services.learner_profile.intake.work.records import FileRefused
from services.learner_profile.intake.work.report import Report
from services.learner_profile.intake.work.sources import Source
from services.learner_profile.intake.work.staging import Stage
from services.learner_profile.intake.work.tally import Tally
from services.learner_profile.intake.work.waiting import note_waiting

_ROLE_COLUMNS = ("sourced_id", "person_sourced_id", "role_type", "role", "org_sourced_id")
_SECONDS_BETWEEN_STEPS = 1.0
Step = Callable[[int], Awaitable[None]]


@dataclass
class Loading:
    """A run at work inside its transaction; `step` tells the percentage reached."""

    source: Source
    stored: StoredHashes
    archive: Archive
    report: Report
    step: Step
    rehearsal: bool
    """Nothing is to be changed, so that no file is taken early."""
    files: dict[str, LoadedFile] = field(default_factory=dict)
    counts: dict[str, dict[str, Any]] = field(default_factory=dict)
    links: list[ScaleLinks] = field(default_factory=list)
    version: str = "1.2"
    _waiting: dict[str, int] = field(default_factory=dict)
    _stepped_at: float = 0.0

    async def read(self) -> None:
        """Read, check and compare every file; raises `ArchiveRefused` where none could be used."""
        self.report.add(self.archive.findings)
        wanted = self._wanted()
        for file in wanted:
            await self._read_one(file)
        if not self.files and not self.links:
            raise ArchiveRefused("nothing_usable")
        if self.archive.manifest and self.archive.manifest.version in ("1.1", "1.2"):
            self.version = self.archive.manifest.version
        await self._note_waiting()

    def _wanted(self) -> list[str]:
        """The members to read, in the order in which files build on one another."""
        modes = self.archive.manifest.modes if self.archive.manifest else {}
        for file, mode in modes.items():
            if mode in ("bulk", "delta") and file not in self.archive.members:
                self.report.note(file, "", "file_missing")
        present = [file for file in KNOWN if file in self.archive.members]
        for file in present:
            if modes.get(file) == "absent":
                self.report.note(file, "", "file_absent")
            elif file not in modes and self.archive.manifest:
                self.report.note(file, "", "file_undeclared")
        return [file for file in present if modes.get(file) != "absent"]

    async def _read_one(self, file: str) -> None:
        if file in KEPT:
            await self._read_kept(KEPT[file])
        elif file in SCALE_LINKS:
            self.links.append(await asyncio.to_thread(self._links, SCALE_LINKS[file]))
        else:
            await self._count(file)

    def _is_delta(self, layout: Layout) -> bool:
        """What the manifest says, or where it says nothing what the first rows look like."""
        mode = self.archive.manifest.modes.get(layout.file) if self.archive.manifest else None
        if mode in ("bulk", "delta"):
            return mode == "delta"
        with self.archive.open(layout.file) as stream:
            return looks_like_delta(stream, layout)

    async def _read_kept(self, layout: Layout) -> None:
        delta = await asyncio.to_thread(self._is_delta, layout)
        with self.archive.open(layout.file) as stream:
            try:
                reader = await asyncio.to_thread(open_file, stream, layout, self.report, delta=delta)
            except FileRefused as refused:
                self._refuse_file(layout.file, refused)
                return
            async with ahead(reader.blocks()) as blocks:
                await self._take_early()
                loaded = await self._begun(layout, reader.columns, bulk=not delta)
                roles = await self._begun_roles(reader, bulk=not delta)
                await self._receive(reader, blocks, loaded, roles)
        await self._finish(reader, loaded, roles)

    async def _take_early(self) -> None:
        """Let the roster take the new files that were read, while the first blocks of another one are made."""
        for loaded in self.files.values():
            if loaded.is_new and not self.rehearsal:
                await loaded.merge()

    def _refuse_file(self, file: str, refused: FileRefused) -> None:
        if refused.code:
            self.report.note(file, "", refused.code, [1])
        self.counts[file] = {"mode": "refused", "rows": 0}

    async def _begun(self, layout: Layout, columns: tuple[str, ...], *, bulk: bool) -> LoadedFile:
        stage = self.source.stage(layout, columns)
        tally = Tally(layout.file, await self.stored.of(layout))
        loaded = LoadedFile(stage, tally, bulk, is_new=tally.is_fresh and await stage.is_new())
        self.files[layout.file] = loaded
        return loaded

    async def _begun_roles(self, reader: Reader, *, bulk: bool) -> LoadedFile | None:
        """OneRoster 1.1 tells the roles in the users' rows."""
        if not reader.tells_roles:
            return None
        self.version = "1.1"
        return None if ROLES.file in self.archive.members else await self._begun(ROLES, _ROLE_COLUMNS, bulk=bulk)

    async def _receive(
        self, reader: Reader, blocks: AsyncIterator[Checked], loaded: LoadedFile, roles: LoadedFile | None
    ) -> None:
        try:
            async for checked in blocks:
                await self._take(checked, loaded, roles)
                await self._told(loaded.tally.file, reader)
        except FileRefused as refused:
            # What was not read is not absent.
            self.report.note(loaded.tally.file, "", refused.code, [reader.records.row + 1])
            loaded.bulk = False
            if roles:
                roles.bulk = False

    async def _take(self, checked: Checked, loaded: LoadedFile, roles: LoadedFile | None) -> None:
        changed = await asyncio.to_thread(loaded.tally.count, checked, key_of(checked.removals["sourced_id"]))
        await loaded.stage.receive(changed.drop(KEY))
        await loaded.stage.send(loaded.stage.removed, checked.removals)
        if roles and checked.roles is not None:
            await roles.stage.receive(roles.tally.compare(checked.roles).drop(KEY))

    async def _finish(self, reader: Reader, loaded: LoadedFile, roles: LoadedFile | None) -> None:
        tally, stage = loaded.tally, loaded.stage
        tally.refused += reader.refused
        tally.refused_ids += reader.refused_ids
        repeated = await asyncio.to_thread(tally.resolve_repeats, self.report)
        if repeated:
            await stage.discard(repeated)
        await stage.send_ids(stage.present, tally.refused_ids)
        await self._find_absent(loaded)
        await self._note_unknown_removals(loaded)
        if roles:
            if repeated:
                roles.tally.drop(repeated)
                await roles.stage.discard(repeated)
            if tally.refused_ids:
                await roles.stage.keep_roles_of(stage.present)
            await self._find_absent(roles)

    async def _find_absent(self, loaded: LoadedFile) -> None:
        if loaded.bulk and self.source.removes_absent and not loaded.tally.is_fresh:
            unseen = await asyncio.to_thread(loaded.tally.unseen)
            if unseen.height:
                await loaded.stage.send(loaded.stage.unseen, unseen)
                loaded.absent = await loaded.stage.find_absent()

    async def _note_unknown_removals(self, loaded: LoadedFile) -> None:
        if loaded.tally.removals:
            rows = await loaded.stage.unknown_removals()
            if rows:
                self.report.note(loaded.tally.file, "sourcedId", "removal_of_unknown", rows)

    def _links(self, layout: Layout) -> ScaleLinks:
        links = ScaleLinks(layout)
        try:
            with self.archive.open(layout.file) as stream:
                links.read(open_file(stream, layout, self.report, delta=self._is_delta(layout)))
        except FileRefused as refused:
            self._refuse_file(layout.file, refused)
        return links

    async def _count(self, file: str) -> None:
        with self.archive.open(file) as stream:
            self.counts[file] = {
                "mode": "not_kept",
                "rows": await asyncio.to_thread(count_rows, stream, file, self.report),
            }

    async def _told(self, file: str, reader: Reader) -> None:
        """Tell how far the run is, once in a while: reading is the first half of the way."""
        if time.monotonic() - self._stepped_at < _SECONDS_BETWEEN_STEPS:
            return
        self._stepped_at = time.monotonic()
        sizes = {name: entry.file_size for name, entry in self.archive.members.items()}
        before = sum(sizes[name] for name in self.files if name in sizes and name != file)
        await self.step(int(49 * min(1.0, (before + reader.records.stream.tell()) / max(1, sum(sizes.values())))))

    async def _note_waiting(self) -> None:
        tallies = [loaded.tally for loaded in self.files.values()]
        wanted = {reference.refers for tally in tallies for reference in tally.references}
        known = {file: await self._known(file) for file in sorted(wanted)}
        self._waiting = await asyncio.to_thread(note_waiting, tallies, known, self.report)

    async def _known(self, file: str) -> pl.Series:
        """The keys of a file's nouns once this run is applied."""
        loaded = self.files.get(file)
        if loaded is None:
            return key_of(await self.source.stored_ids(KEPT[file]))
        complete = loaded.bulk and self.source.removes_absent
        stored = await self.source.stored_ids(KEPT[file], only=loaded.tally.refused_ids if complete else None)
        held = pl.concat([loaded.tally.keys, key_of(stored)])
        return held.filter(~held.is_in(loaded.tally.removed_keys.implode()))

    async def hold_reasons(self) -> list[str]:
        """Why a person must confirm; empty where none need to."""
        emptied = {
            file: loaded.tally.stored.len()
            for file, loaded in self.files.items()
            if loaded.bulk and loaded.absent and not loaded.tally.kept and not loaded.tally.refused
        }
        changes = await vanishing.measure(self.source, self._compared_stages())
        return reasons_to_hold(changes, emptied, self.source.removal_share)

    async def note_changed_identities(self) -> None:
        stages = self._compared_stages()
        if "users" in stages:
            rows = await vanishing.changed_identities(self.source, stages)
            if rows:
                self.report.note("users", "sourcedId", "identity_changed", rows)

    def _compared_stages(self) -> dict[str, Stage]:
        """The files that differ from what the source had told before."""
        return {file: loaded.stage for file, loaded in self.files.items() if loaded.stage.is_open and not loaded.is_new}

    async def plan(self) -> None:
        """Count what `merge` would do."""
        for loaded in self.files.values():
            await loaded.plan()

    async def merge(self) -> None:
        """Change the roster."""
        for at, loaded in enumerate(self.files.values(), 1):
            await loaded.merge()
            await self.step(50 + 40 * at // len(self.files))
        for links in self.links:
            self.counts[links.file] = await links.apply(self.source)

    @property
    def is_first(self) -> bool:
        """Whether the source had told nobody's role before, so that nothing followed from its roster yet."""
        return "roles" in self.files and self.files["roles"].is_new

    @property
    def changed(self) -> bool:
        return self.written > 0

    @property
    def written(self) -> int:
        """Rows of the roster and the gradebook that this run wrote."""
        return sum(sum(loaded.change) for loaded in self.files.values())

    @property
    def touches_gradebook(self) -> bool:
        """Whether scores may have changed or what they are for."""
        return any(loaded.stage.layout.gradebook and any(loaded.change) for loaded in self.files.values()) or any(
            links.updated for links in self.links
        )

    @property
    def file_counts(self) -> dict[str, dict[str, Any]]:
        told = {file: loaded.counts | {"waiting": self._waiting.get(file, 0)} for file, loaded in self.files.items()}
        return {links.file: links.counts for links in self.links} | self.counts | told
