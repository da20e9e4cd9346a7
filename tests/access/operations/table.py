"""How operations are written down."""

from dataclasses import dataclass

from tests.access.oracle import Rule

LEARNER_PROFILE, COHORT, MARKETPLACE = "learner_profile", "cohort", "marketplace"
LEADER, STEWARD, DIRECTOR, ANALYST = "district_leader", "data_steward", "program_director", "district_analyst"


@dataclass(frozen=True)
class Operation:
    """One operation of one service; `group` is the family whose requests are made alike."""

    service: str
    method: str
    path: str
    rule: Rule
    group: str

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path}"

    @property
    def writes(self) -> bool:
        return self.method != "GET" and not self.path.startswith("/graph/")


def table(service: str, rules: dict[str, Rule], text: str, group: str, prefix: str = "") -> list[Operation]:
    """Lines of `rule METHOD path`."""
    rows = [line.split() for line in text.strip().splitlines()]
    return [Operation(service, method, prefix + path, rules[rule], group) for rule, method, path in rows]
