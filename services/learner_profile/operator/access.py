"""The clients of a district and the OpenID providers that its people sign in at."""

import re
from dataclasses import dataclass, replace
from uuid import UUID

import httpx

from kit.database import Database
from services.learner_profile.identity.commands import clients, registration
from services.learner_profile.identity.commands.clients import NewSecret
from services.learner_profile.identity.commands.provider_keys import ProviderKeys
from services.learner_profile.identity.commands.registration import NewClient, NewIssuer
from services.learner_profile.identity.domain.refusals import ProviderUnreachable
from services.learner_profile.identity.domain.scopes import is_scope
from services.learner_profile.identity.domain.subjects import ALGORITHMS, FIELDS
from services.learner_profile.operator.districts import check, district_of, keep_sources, operator
from services.learner_profile.operator.errors import OperatorError, or_refused

_SOURCE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_CLIENT_ID = re.compile(r"(?!(system|operator)$)[A-Za-z0-9][A-Za-z0-9._-]{2,199}")


@dataclass(frozen=True, slots=True)
class ClientMade:
    """`client_secret` is None for a client that was there already: a secret is shown once."""

    client_id: str
    client_secret: str | None
    created: bool


@dataclass(frozen=True, slots=True)
class IssuerMade:
    issuer_id: UUID
    created: bool


async def create_client(database: Database, slug: str, new: NewClient, *, if_missing: bool = False) -> ClientMade:
    """Raises `OperatorError` for a scope that is none, or a name or id that is taken unless `if_missing` and by this name."""
    _check_client(new)
    caller = operator(await district_of(database, slug))
    async with database.transaction(caller) as session:
        known = await registration.client_named(session, new.name)
        if known is not None and if_missing:
            return ClientMade(known, None, created=False)
        await keep_sources(session, caller.district_id, {new.roster_source: new.name, new.source: new.name})
        made = await or_refused(registration.register_client(session, caller, new))
    return ClientMade(made.client_id, made.client_secret, created=True)


async def rotate_secret(database: Database, slug: str, client_id: str) -> NewSecret:
    """A new secret; of two live ones the older retires."""
    caller = operator(await district_of(database, slug))
    async with database.transaction(caller) as session:
        return await or_refused(clients.add_secret(session, caller, client_id))


async def add_issuer(
    database: Database, slug: str, new: NewIssuer, *, plain_http: bool, if_missing: bool = False
) -> IssuerMade:
    """Without a `jwks_uri` the provider is asked for it (OpenID Connect Discovery); `plain_http` is for development."""
    _check_issuer(new, plain_http=plain_http)
    caller = operator(await district_of(database, slug))
    async with database.transaction(caller) as session:
        known = await registration.issuer_of(session, new.issuer, new.audience)
    if known is not None and if_missing:
        return IssuerMade(known, created=False)
    complete = new if new.jwks_uri else replace(new, jwks_uri=await _discovered(new.issuer, plain_http=plain_http))
    async with database.transaction(caller) as session:
        made = await or_refused(registration.register_issuer(session, caller, complete))
    return IssuerMade(made, created=True)


def _check_client(new: NewClient) -> None:
    if not all(is_scope(scope) for scope in new.scopes):
        raise OperatorError("A scope is a word of printable ASCII without quotes")
    for source in (new.source, new.roster_source):
        check("source", source, _SOURCE)
    if new.client_id is not None:
        check("client id", new.client_id, _CLIENT_ID)


def _check_issuer(new: NewIssuer, *, plain_http: bool) -> None:
    if not new.algorithms or not set(new.algorithms) <= ALGORITHMS:
        raise OperatorError(f"Algorithms are some of {', '.join(sorted(ALGORITHMS))}")
    if new.field not in FIELDS:
        raise OperatorError(f"A field is one of {', '.join(FIELDS)}")
    schemes = ("https://", "http://") if plain_http else ("https://",)
    if not all(address.startswith(schemes) for address in (new.issuer, new.jwks_uri) if address):
        raise OperatorError("An issuer and its keys are at https addresses")


async def _discovered(issuer: str, *, plain_http: bool) -> str:
    address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    async with httpx.AsyncClient(follow_redirects=False) as http:
        try:
            document = await ProviderKeys(http, plain_http=plain_http).document(address)
        except ProviderUnreachable as unreachable:
            raise OperatorError(f"{address} cannot be read ({unreachable.reason}); give --jwks-uri") from unreachable
    jwks_uri = document.get("jwks_uri")
    if document.get("issuer") != issuer or not isinstance(jwks_uri, str):
        raise OperatorError(f"{address} describes another issuer or has no jwks_uri")
    return jwks_uri
