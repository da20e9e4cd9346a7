from tests.learner_profile.intake.archives import small_roster
from tests.learner_profile.intake.conftest import Sender, counts


async def test_a_first_load_creates_every_row_and_a_second_changes_nothing(sis: Sender) -> None:
    first = await sis.send(small_roster())
    assert (first["state"], first["error"], first["findings"]) == ("applied", None, [])
    assert counts(first, "rows", "created") == {
        "orgs": (2, 2),
        "academicSessions": (2, 2),
        "courses": (1, 1),
        "classes": (2, 2),
        "users": (7, 7),
        "roles": (7, 7),
        "enrollments": (13, 13),
        "demographics": (6, 6),
    }
    second = await sis.send(small_roster())
    assert second["state"] == "applied"
    assert {told for told in counts(second, "created", "updated", "removed", "rejected").values()} == {(0, 0, 0, 0)}
    assert counts(second, "unchanged") == counts(first, "created")
