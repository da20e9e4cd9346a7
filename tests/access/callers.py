"""Everybody who comes to a door, in both districts, and the tokens that they show."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from joserfc.jwk import ECKey

from tests.access.oracle import Caller
from tests.access.relations import PEOPLE
from tests.access.scopes import ALL, oneroster, own
from tests.access.world import Place, World
from tests.worlds import ORIGIN, Mint, bearer

_STRANGER = UUID("00000000-0000-7000-8000-00000000dead")
SYSTEMS: dict[str, frozenset[str]] = {
    "sis": oneroster(
        *(f"roster{part}.{word}" for part in ("", "-demographics") for word in ("readonly", "createput", "delete"))
    )
    | own("roster.push", "guardianships.push", "staff-assignments.push"),
    "roster_reader": oneroster("roster.readonly", versions=("v1p2",)),
    "core_reader": oneroster("roster-core.readonly", versions=("v1p2",)),
    "lms": oneroster(
        *(f"gradebook.{word}" for word in ("readonly", "createput", "createpost", "delete")), "roster.readonly"
    )
    | own("evidence.record"),
    "office": own("frameworks.push", "programs.push"),
    "vendor": own("catalog.push"),
    "system_without_scope": frozenset(),
}
SOME = {
    "learner", "teacher", "guardian", "district_leader", "data_steward", "sis", "lms", "vendor", "system_without_scope",
    "without_token", "expired", "wrong_audience", "forged",
}  # fmt: skip


@dataclass(frozen=True)
class Visitor:
    """A caller with a name, a district and a token."""

    name: str
    caller: Caller
    home: Place
    token: str | None

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.token is None else bearer(self.token)

    def __str__(self) -> str:
        return f"{self.name} of {self.home.word}"


@dataclass(frozen=True)
class Crowd:
    """People and systems of both districts, and those whose token is none; tokens are signed once."""

    everybody: tuple[Visitor, ...]
    known: dict[tuple[str, frozenset[str], str], Visitor] = field(default_factory=dict)

    @staticmethod
    def of(world: World) -> "Crowd":
        everybody = [visitor for place in world.places for visitor in (*people(place), *systems(place))]
        return Crowd((*everybody, *strangers(world)))

    @property
    def some(self) -> list[Visitor]:
        """For doors that no person opens: some of every kind, and one from the other district."""
        here = self.everybody[0].home
        return [
            visitor
            for visitor in self.everybody
            if visitor.name in SOME and (visitor.home is here or visitor.name == "district_leader")
        ]

    def system(self, place: Place, name: str, scopes: frozenset[str], source: str) -> Visitor:
        key = place.word, scopes, source
        if key not in self.known:
            self.known[key] = system(place, name, scopes, source)
        return self.known[key]

    def named(self, name: str, place: Place) -> Visitor:
        return next(visitor for visitor in self.everybody if visitor.name == name and visitor.home is place)


def people(place: Place) -> Iterator[Visitor]:
    """Everybody of the roster, and a person whom it does not know."""
    for name in PEOPLE:
        yield Visitor(name, Caller(name), place, place.district.person_token(place.ids[name]))
    yield Visitor("nobody_known", Caller("nobody_known"), place, place.district.person_token(_STRANGER))


def systems(place: Place) -> Iterator[Visitor]:
    for name, scopes in SYSTEMS.items():
        yield system(place, name, scopes)


def system(place: Place, name: str, scopes: frozenset[str], source: str = "sis") -> Visitor:
    token = place.district.client_token(*sorted(scopes), source=source, roster_source="sis", client_id=name)
    return Visitor(name, Caller(scopes=scopes), place, token)


def strangers(world: World) -> Iterator[Visitor]:
    """No token, and tokens that are expired, meant for another platform, forged, or of another kind."""
    place = world.here
    mint: Mint = place.district.mint
    claims = {"sub": str(place.ids["district_leader"]), "district_id": str(place.district.id), "client_id": "web"}
    other = Mint(ECKey.generate_key("P-256", parameters={"use": "sig", "alg": "ES256", "kid": str(mint.key.kid)}))
    system_claims = claims | {"sub": "sis", "source": "sis", "roster_source": "sis", "scope": " ".join(sorted(ALL))}
    tokens = {
        "without_token": None,
        "expired": mint.token(**claims, exp=int(time.time()) - 60),
        "expired_system": mint.token(**system_claims, exp=int(time.time()) - 60),
        "wrong_audience": mint.token(**claims, aud="https://elsewhere.example"),
        "wrong_issuer": mint.token(**claims, iss="https://elsewhere.example"),
        "forged": other.token(**claims),
        "no_token_at_all": "bm90IGEgdG9rZW4",
    }
    assert tokens["expired"] != tokens["wrong_issuer"]
    assert ORIGIN != "https://elsewhere.example"
    for name, token in tokens.items():
        yield Visitor(name, Caller(name, is_valid=False), place, token)
