"""The command line. Every command answers `name: value` lines, or one JSON object with `--json`."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

import orjson
import typer
from sqlalchemy.ext.asyncio import AsyncSession

from kit import republish
from kit.clock import Clock
from kit.database import Database, opened
from kit.outbox import emit_from
from services.learner_profile import events
from services.learner_profile.competency.queries.published import published
from services.learner_profile.identity.commands.registration import NewClient, NewIssuer
from services.learner_profile.operator import access, districts, keys
from services.learner_profile.operator.errors import OperatorError
from services.learner_profile.roster.schemas import StaffRole
from services.learner_profile.settings import Settings

T = TypeVar("T")
District = Annotated[str, typer.Option(help="The district's slug")]
IfMissing = Annotated[bool, typer.Option("--if-missing", help="Succeed without a change where it exists")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer one JSON object")]
Slug = Annotated[str, typer.Option(help="Short name in lower case, unique in the deployment")]
Algorithms = Annotated[
    list[str] | None, typer.Option(help="Accepted signature algorithm, RS256 and ES256 without; repeat")
]
AuthorizedParties = Annotated[list[str] | None, typer.Option(help="A further `azp` to accept; repeat")]
Required = Annotated[
    list[str] | None, typer.Option(help="CLAIM=VALUE that tokens must carry (hd=district.org); repeat")
]
Source = Annotated[str, typer.Option(help="Source system whose identifiers these are")]


def _every(state: str) -> republish.Emitter:
    async def emit(session: AsyncSession) -> int:
        return await emit_from(session, state)

    return emit


_EMITTERS: republish.Emitters = {
    "school.changed": _every(events.EVERY_SCHOOL_CHANGED),
    "staff.assigned": _every(events.EVERY_STAFF_ASSIGNED),
    "learner.enrolled": _every(events.EVERY_LEARNER_ENROLLED),
    "relationship.changed": _every(events.EVERY_RELATIONSHIP_CHANGED),
    "framework.published": _every(published()),
}
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(republish.commands(Settings, _EMITTERS))


@app.command()
def create_district(
    name: Annotated[str, typer.Argument()],
    *,
    slug: Slug,
    time_zone: Annotated[
        str, typer.Option(help="IANA name; the district's days begin and end there")
    ] = "America/New_York",
    if_missing: IfMissing = False,
    as_json: AsJson = False,
) -> None:
    """Create a district."""
    made = _done(lambda database: districts.create_district(database, slug, name, time_zone, if_missing=if_missing))
    _say(asdict(made), as_json=as_json)


@app.command()
def create_client(
    *,
    district: District,
    name: Annotated[str, typer.Option(help="What the district calls it")],
    scope: Annotated[list[str], typer.Option(help="A scope it may ask for; repeat for more")],
    source: Annotated[str, typer.Option(help="Namespace of the objects it owns")],
    roster_source: Annotated[str, typer.Option(help="Namespace of the people and classes it refers to")] = "sis",
    client_id: Annotated[str | None, typer.Option(help="An id of your own choice")] = None,
    secret_days: Annotated[int | None, typer.Option(min=1, help="Days after which the secret expires")] = None,
    if_missing: IfMissing = False,
    as_json: AsJson = False,
) -> None:
    """Create a client and show its secret, once."""
    new = NewClient(
        name=name,
        scopes=tuple(scope),
        source=source,
        roster_source=roster_source,
        prefix=f"{district}.{source}",
        client_id=client_id,
        secret_expires_at=datetime.now(UTC) + timedelta(days=secret_days) if secret_days else None,
    )
    made = _done(lambda database: access.create_client(database, district, new, if_missing=if_missing))
    _say(asdict(made), as_json=as_json)


@app.command()
def rotate_secret(client_id: Annotated[str, typer.Argument()], *, district: District, as_json: AsJson = False) -> None:
    """Give a client a new secret and show it, once; of two live ones the older retires."""
    made = _done(lambda database: access.rotate_secret(database, district, client_id))
    _say(asdict(made), as_json=as_json)


@app.command()
def add_issuer(
    issuer: Annotated[str, typer.Argument(help="The provider's `iss`, exactly")],
    *,
    district: District,
    audience: Annotated[str, typer.Option(help="The `aud` of its tokens: the front-end's client id there")],
    claim: Annotated[str, typer.Option(help="The claim that names a person")],
    field: Annotated[str, typer.Option(help="sourced_id, identifier, username or email")],
    source: Source = "sis",
    jwks_uri: Annotated[str, typer.Option(help="Where its keys are; discovered where left out")] = "",
    algorithm: Algorithms = None,
    authorized_party: AuthorizedParties = None,
    require: Required = None,
    if_missing: IfMissing = False,
    as_json: AsJson = False,
) -> None:
    """Register an OpenID provider, for one audience, with the one claim that names a person of the roster."""
    new = NewIssuer(
        issuer=issuer,
        audience=audience,
        jwks_uri=jwks_uri,
        algorithms=tuple(algorithm or ("RS256", "ES256")),
        claim=claim,
        field=field,
        source=source,
        authorized_parties=tuple(authorized_party or ()),
        required_claims=_pairs(require or ()),
    )
    plain_http = Settings().environment != "production"
    made = _done(
        lambda database: access.add_issuer(database, district, new, plain_http=plain_http, if_missing=if_missing)
    )
    _say(asdict(made), as_json=as_json)


@app.command()
def assign_role(
    person: Annotated[str, typer.Argument(help="The person's sourcedId")],
    role: Annotated[StaffRole, typer.Argument()],
    *,
    district: District,
    org: Annotated[str, typer.Option(help="The sourcedId of the school or district office")],
    source: Source = "sis",
    as_json: AsJson = False,
) -> None:
    """Give a person of the roster a role, such as the first data_steward before anybody can sign in."""
    made = _done(lambda database: districts.assign_role(database, district, person, org, role, source))
    _say({"assignment_id": made}, as_json=as_json)


@app.command()
def rotate_keys(
    step: Annotated[keys.Step, typer.Argument()],
    *,
    file: Annotated[Path, typer.Option(help="The file that SIGNING_KEYS_FILE points at")],
    as_json: AsJson = False,
) -> None:
    """Replace the signing key: publish, restart all replicas; sign, restart; an hour later retire, restart."""
    try:
        ids = keys.rotate_keys(file, step, int(time.time()))
    except OperatorError as refused:
        raise _stop(refused) from refused
    _say({"signing": ids[0], "published": ids}, as_json=as_json)


def _done(work: Callable[[Database], Awaitable[T]]) -> T:
    async def within() -> T:
        async with opened(Settings(), Clock()) as database:
            return await work(database)

    try:
        return asyncio.run(within())
    except OperatorError as refused:
        raise _stop(refused) from refused


def _stop(refused: OperatorError) -> typer.Exit:
    typer.echo(str(refused), err=True)
    return typer.Exit(1)


def _pairs(required: Iterable[str]) -> dict[str, str]:
    pairs = {name: value for name, _, value in (each.partition("=") for each in required)}
    if not all(name and value for name, value in pairs.items()):
        raise typer.BadParameter("--require is CLAIM=VALUE")
    return pairs


def _say(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(orjson.dumps(answer, default=str).decode())
        return
    for name, value in answer.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        typer.echo(f"{name}: {shown}")


if __name__ == "__main__":
    app()
