"""`python -m local.demo`: writes a demo district to files."""

import json
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from local.demo import framework
from local.demo.columns import Version
from local.demo.districts import PROFILES, plan_district
from local.demo.generate import archive_name, write_bulk, write_delta
from local.demo.school_year import TIME_ZONE, school_day_on_or_before

_ANCHOR = datetime(2026, 11, 20)  # noqa: DTZ001 - a day

cli = typer.Typer(no_args_is_help=True, add_completion=False)
Profile = StrEnum("Profile", {key: key for key in PROFILES})  # type: ignore[misc]  # the profiles are a table


@cli.command()
def generate(
    out: Annotated[Path, typer.Option(help="Folder for the archive; made if it is not there.")],
    *,
    district: Annotated[Profile, typer.Option(help="Which district.")] = Profile["fulton-like"],
    students: Annotated[int | None, typer.Option(help="Learners; the district's own number by default.")] = None,
    schools: Annotated[int | None, typer.Option(help="Schools; the district's own number by default.")] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 7,
    anchor: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The school day that is today.")] = _ANCHOR,
    version: Annotated[Version, typer.Option(help="Version of OneRoster.")] = Version.V1P2,
    delta: Annotated[bool, typer.Option("--delta", help="Write what changed that evening, not everything.")] = False,
) -> None:
    """Write one OneRoster archive."""
    started = monotonic()
    planned = plan_district(district.value, seed=seed, anchor=anchor.date(), students=students, schools=schools)
    out.mkdir(parents=True, exist_ok=True)
    path = out / archive_name(planned, version=version, changes_only=delta)
    counts = (write_delta if delta else write_bulk)(planned, path, version=version)
    for name, count in counts.items():
        print(f"{count:>10,}  {name}")
    print(f"{sum(counts.values()):>10,}  rows in {path}, {monotonic() - started:.1f} s")


@cli.command(name="framework")
def write_framework(out: Annotated[Path, typer.Option(help="The file to write.")]) -> None:
    """Write the demo's competency framework as a CASE 1.1 package."""
    out.write_text(json.dumps(framework.package(), indent=1))
    print(f"{len(framework.items())} items in {out}")


@cli.command()
def today() -> None:
    """Print the latest school day of the machine's calendar."""
    print(school_day_on_or_before(datetime.now(TIME_ZONE).date()))


if __name__ == "__main__":
    cli()
