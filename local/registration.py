"""Registers the demo's districts, their clients and their OpenID provider, as an operator would.

`python -m local.registration FILE ORIGIN ISSUER`, with the service's databases in the environment.
"""

import asyncio
import sys
from pathlib import Path

from kit.clock import Clock
from kit.database import Database, opened
from local.demo.districts import PROFILES
from local.demo.personas import SystemClient, clients
from local.issuer import AUDIENCE, CLAIM
from local.registered import Registration
from services.learner_profile.identity.commands.registration import NewClient, NewIssuer
from services.learner_profile.operator import access, districts
from services.learner_profile.settings import Settings

TIME_ZONE = "America/New_York"


def main(file: Path, origin: str, issuer: str) -> None:
    """Register what is missing and write it to `file`; a lost secret is replaced by a new one."""
    secrets = asyncio.run(_register(origin, issuer))
    Registration(issuer, secrets).write(file)


async def _register(origin: str, issuer: str) -> dict[str, str]:
    async with opened(Settings(environment="development", origin=origin), Clock()) as opened_database:
        return {
            client_id: secret
            for profile in PROFILES
            for client_id, secret in (await _register_district(opened_database, profile, issuer)).items()
        }


async def _register_district(database: Database, profile: str, issuer: str) -> dict[str, str]:
    slug = PROFILES[profile].slug
    await districts.create_district(database, slug, PROFILES[profile].name, TIME_ZONE, if_missing=True)
    provider = NewIssuer(
        issuer=f"{issuer}/{slug}",
        audience=AUDIENCE,
        jwks_uri=f"{issuer}/{slug}/jwks",
        claim=CLAIM,
        field="sourced_id",
        source="sis",
    )
    await access.add_issuer(database, slug, provider, plain_http=True, if_missing=True)
    return {client.client_id: await _secret_of(database, slug, client) for client in clients(profile)}


async def _secret_of(database: Database, slug: str, client: SystemClient) -> str:
    new = NewClient(
        name=client.name,
        scopes=client.scopes,
        source=client.source,
        roster_source=client.roster_source,
        prefix=client.client_id,
        client_id=client.client_id,
    )
    made = await access.create_client(database, slug, new, if_missing=True)
    if made.client_secret is not None:
        return made.client_secret
    return (await access.rotate_secret(database, slug, client.client_id)).client_secret


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
