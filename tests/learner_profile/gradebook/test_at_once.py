"""What happens twice at once ends as it would one after the other."""

import asyncio
from itertools import chain

from tests.conftest import Sql
from tests.learner_profile.gradebook.lms import Lms
from tests.learner_profile.schoolhouse import Schoolhouse


async def test_results_for_one_competency_pushed_at_once_all_count(lms: Lms, schoolhouse: Schoolhouse) -> None:
    await lms.framework("Maths", "M.1")
    await lms.item("quiz")
    days = range(1, 13)
    pushes = [lms.result(f"r{day}", "quiz", {"M.1": day % 10}, scoreDate=f"2026-02-{day:02}") for day in days]
    assert {answer.status_code for answer in await asyncio.gather(*pushes)} == {201}
    shown = (await lms.mastery(schoolhouse.learner))["M.1"]
    older = sum(day % 10 for day in days[:-1]) / 10 / 11
    assert (shown["evidenceCount"], shown["score"]) == (12, round(0.65 * 0.2 + 0.35 * older, 4))


async def test_the_same_result_pushed_many_times_at_once_is_stored_once(
    lms: Lms, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    await lms.framework("Maths", "M.1")
    await lms.item("quiz")
    answers = await asyncio.gather(*(lms.result("r1", "quiz", {"M.1": 4}) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    async with sql("learner_profile", schoolhouse.district) as connection:
        assert await connection.fetchval("select count(*) from evidence") == 1


async def test_what_results_wait_for_may_arrive_while_they_do(lms: Lms, schoolhouse: Schoolhouse) -> None:
    results = (lms.result(f"r{n}", f"quiz-{n % 3}", {"M.1": 4, "M.2": 5}) for n in range(9))
    items = (lms.item(f"quiz-{n}", resultValueMax=20) for n in range(3))
    answers = await asyncio.gather(*chain(results, items, [lms.framework("Maths", "M.1", "M.2")]))
    assert {answer.status_code for answer in answers} == {201}
    assert (await lms.waiting())["counts"] == {}
    assert sorted(piece["score"] for piece in await lms.evidence(schoolhouse.learner)) == [0.2] * 9 + [0.25] * 9
    assert {node["evidenceCount"] for node in (await lms.mastery(schoolhouse.learner)).values()} == {9}
