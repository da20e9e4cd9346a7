"""Myra's day and goals, told as people would: each by their own token, through the graph that the front-end uses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from local.demo.catalog import RESOURCES
from local.demo.chance import steady_id
from local.demo.districts import District
from local.demo.doors import Door, Refused
from local.demo.school_year import local_instant

Json = Any
OFFLINE_MOTHER, ADULT = "g-500006", "s-100005"
MYRA, SCIENCE_TEACHER, MATH_TEACHER, COUNSELOR = "s-100001", "st-11210", "st-11010", "st-11001"
DISTRICT = "fulton-like"
_GOAL_DAYS = 60

_MYRA = """
query ($day: Date!) { me { learner { id classes { id subjects } goals { id state version }
    today(day: $day) { blocks { id status startsAt } }
    mastery(first: 200) { edges { node { state competency { id code } } } }
    nextSteps(first: 1) { edges { node { decision { decision } competency { id } } } } } } }"""
_PLAN = """
mutation ($class: ID!, $day: Date!, $blocks: [BlockInput!]!) {
  planDay(classId: $class, day: $day, blocks: $blocks) { __typename ... on Refusal { code message } } }"""
_BEGIN = "mutation ($id: ID!) { updateBlock(id: $id, state: DONE) { __typename ... on Refusal { code message } } }"
_GOAL = "mutation ($id: ID!, $input: GoalInput!) { setGoal(id: $id, input: $input) { __typename ... on Refusal { code message } } }"
_AGREE = """
mutation ($id: ID!) {
  respondToGoal(id: $id, version: 1, decision: AGREED) { __typename ... on Refusal { code message } } }"""
_CHECK_IN = """
mutation ($goal: ID!, $id: ID!, $input: CheckInInput!) {
  checkInGoal(goalId: $goal, id: $id, input: $input) { __typename ... on Refusal { code message } } }"""
_STEP = """
mutation ($input: StepDecisionInput!, $key: String!) {
  decideNextStep(input: $input, idempotencyKey: $key) { __typename ... on Refusal { code message } } }"""
_TARGET = """
mutation ($class: ID!, $competency: ID!, $due: Date!) {
  setPaceTarget(classId: $class, competencyId: $competency, dueOn: $due) { __typename ... on Refusal { code message } } }"""


_INTEREST = """
mutation ($learner: ID!, $id: ID!, $label: String!) {
  recordInterest(learnerId: $learner, id: $id, input: {label: $label}) { __typename ... on Refusal { code message } } }"""
_WORK = """
mutation ($learner: ID!, $id: ID!, $input: PortfolioItemInput!) {
  savePortfolioItem(learnerId: $learner, id: $id, input: $input) { __typename ... on Refusal { code message } } }"""
_PROPOSE = """
mutation ($input: PlanInput!, $key: String!) {
  proposePlan(input: $input, idempotencyKey: $key) { __typename ... on PlanPayload { plan { id version } }
    ... on Refusal { code message } } }"""
_AGREE_PLAN = """
mutation ($plan: ID!, $key: String!) {
  respondToPlan(planId: $plan, version: 1, decision: AGREED, idempotencyKey: $key) {
    __typename ... on Refusal { code message } } }"""
_WARDS = "{ me { visibleLearners(first: 5) { edges { node { id } } } } }"
_HOME = """
mutation ($learner: ID!, $id: ID!) {
  reportDigitalAccess(learnerId: $learner, id: $id, input: {internetAccessInResidence: NO_NOT_AFFORDABLE}) {
    __typename ... on Refusal { code message } } }"""
_STEP_TO_COLLEGE = """
mutation ($learner: ID!, $id: ID!, $due: Date!) {
  updateMilestone(learnerId: $learner, id: $id,
    input: {type: FAFSA, title: "FAFSA", state: IN_PROGRESS, dueOn: $due}) {
    __typename ... on Refusal { code message } } }"""


@dataclass(frozen=True)
class Story:
    """The people of one district who tell it, each behind a door of their own."""

    district: District
    person: Callable[[str], Door]
    doors: dict[str, Door] = field(default_factory=dict)

    async def ask(self, who: str, text: str, **variables: Json) -> Json:
        """The data of an operation; raises `Refused` for an error or a refusal of the union."""
        door = self.doors.setdefault(who, self.person(who))
        answer = (await door.post("/graphql", json={"query": text, "variables": variables})).json()
        results = (answer.get("data") or {}).values()
        if "errors" in answer or any(one and one.get("__typename") == "Refusal" for one in results):
            raise Refused(f"{text.strip()[:60]} was answered {answer}")
        return answer["data"]

    async def myra(self) -> Json:
        """What Myra's own page says of her and of the demo's day."""
        return (await self.ask(MYRA, _MYRA, day=self.district.anchor.isoformat()))["me"]["learner"]


async def is_told(story: Story) -> bool:
    """Whether today is planned and her goal is agreed."""
    myra = await story.myra()
    return bool(myra["today"]["blocks"]) and any(goal["version"] > 1 for goal in myra["goals"])


async def tell(story: Story) -> None:
    """Her day with work of all four kinds, her goal and what she takes up next; the same again changes nothing."""
    myra = await story.myra()
    classes = {one["subjects"][0]: one["id"] for one in myra["classes"] if one["subjects"]}
    await _plan_the_day(story, classes)
    await _begin_the_day(story)
    await _agree_on_a_goal(story, myra)
    await _decide_what_comes_next(story, myra)
    await _set_a_target(story, myra, classes["Science"])
    await _show_what_she_likes(story, myra)
    await _propose_a_plan(story, myra)
    await _tell_of_the_others(story)


async def _plan_the_day(story: Story, classes: dict[str, str]) -> None:
    day = story.district.anchor.isoformat()
    science = [
        _block(story, "lab", "WHOLE_GROUP", "Lab: what dissolves in what", (9, 0), 50),
        _block(story, "notes", "SMALL_GROUP", "Reading each other's lab notes", (9, 50), 30)
        | {"groupTitle": "Table 3"},
        _block(story, "reader", "INDEPENDENT_ONLINE", "How a fair test is planned", (10, 20), 25)
        | {"resourceId": str(RESOURCES[0].id(story.district.profile.slug))},
    ]
    myra = (await story.myra())["id"]
    mathematics = [
        _block(story, "tutoring", "INDIVIDUAL_INSTRUCTION", "Equations with Ms. Hart's help", (13, 0), 25)
        | {"learners": [myra]}
    ]
    await story.ask(SCIENCE_TEACHER, _PLAN, **{"class": classes["Science"], "day": day, "blocks": science})
    await story.ask(MATH_TEACHER, _PLAN, **{"class": classes["Mathematics"], "day": day, "blocks": mathematics})


def _block(story: Story, name: str, kind: str, title: str, at: tuple[int, int], minutes: int) -> dict[str, Json]:
    district = story.district
    begin = local_instant(district.anchor, *at)
    return {
        "id": str(steady_id(district.profile.slug, "block", name, district.anchor)),
        "kind": kind,
        "title": title,
        "startsAt": begin.isoformat(),
        "endsAt": (begin + timedelta(minutes=minutes)).isoformat(),
    }


async def _begin_the_day(story: Story) -> None:
    """Myra has done the first block, once it has begun."""
    blocks = (await story.myra())["today"]["blocks"]
    first = min(blocks, key=lambda block: block["startsAt"], default=None)
    if first and first["status"] == "MISSED":
        await story.ask(MYRA, _BEGIN, id=first["id"])


async def _agree_on_a_goal(story: Story, myra: Json) -> None:
    district = story.district
    goal_id = str(steady_id(district.profile.slug, "goal", "equations"))
    if any(goal["id"] == goal_id for goal in myra["goals"]):
        return
    known = {edge["node"]["competency"]["code"]: edge["node"]["competency"]["id"] for edge in myra["mastery"]["edges"]}
    goal = {
        "learnerId": myra["id"],
        "title": "Solve any linear equation in one unknown",
        "measure": "Score of the weekly practice",
        "unit": "percent",
        "baseline": 60,
        "target": 95,
        "dueOn": (district.anchor + timedelta(days=_GOAL_DAYS)).isoformat(),
        "competencyIds": [known[code] for code in ("MA.08.ALG.1",) if code in known],
        "propose": True,
    }
    await story.ask(MYRA, _GOAL, id=goal_id, input=goal)
    await story.ask(MATH_TEACHER, _AGREE, id=goal_id)
    check_in = {"value": 84, "note": "Two mistakes, both with the sign"}
    check_in_id = str(steady_id(district.profile.slug, "check-in", "equations"))
    await story.ask(MYRA, _CHECK_IN, goal=goal_id, id=check_in_id, input=check_in)


async def _decide_what_comes_next(story: Story, myra: Json) -> None:
    for edge in myra["nextSteps"]["edges"]:
        step = {"learnerId": myra["id"], "competencyId": edge["node"]["competency"]["id"], "decision": "ACCEPTED"}
        if edge["node"]["decision"] is None:
            await story.ask(MYRA, _STEP, input=step, key="demo-step")


async def _set_a_target(story: Story, myra: Json, class_id: str) -> None:
    """Science is to be through with planning investigations in two weeks: who stands still is seen."""
    wanted = [edge["node"]["competency"] for edge in myra["mastery"]["edges"]]
    target = next((one["id"] for one in wanted if one["code"] == "SC.06.INV.1"), None)
    if target:
        due = (story.district.anchor + timedelta(days=14)).isoformat()
        await story.ask(SCIENCE_TEACHER, _TARGET, **{"class": class_id, "competency": target, "due": due})


async def _show_what_she_likes(story: Story, myra: Json) -> None:
    interest, work = (str(steady_id(story.district.profile.slug, "myra", name)) for name in ("interest", "work"))
    await story.ask(MYRA, _INTEREST, learner=myra["id"], id=interest, label="Tide pools and how waves work")
    shown = {"title": "Which sugar dissolves first", "url": "https://work.example.org/sugar", "state": "SHARED"}
    await story.ask(MYRA, _WORK, learner=myra["id"], id=work, input=shown)


async def _propose_a_plan(story: Story, myra: Json) -> None:
    """Her teacher and she agree; her guardian has not answered yet."""
    known = [edge["node"]["competency"]["id"] for edge in myra["mastery"]["edges"]]
    plan = {
        "learnerId": myra["id"],
        "title": "Equations above the grade, and one experiment of her own",
        "competencyIds": known[:3],
        "supports": ["Twenty minutes with the mathematics teacher on Tuesdays"],
        "activities": ["An investigation in the science fair"],
        "reviewOn": (story.district.anchor + timedelta(days=_GOAL_DAYS)).isoformat(),
    }
    made = await story.ask(SCIENCE_TEACHER, _PROPOSE, input=plan, key="demo-plan")
    for party in (SCIENCE_TEACHER, MYRA):
        await story.ask(party, _AGREE_PLAN, plan=made["proposePlan"]["plan"]["id"], key="demo-agreed")


async def _tell_of_the_others(story: Story) -> None:
    """No internet at Ruthie's home; Malcolm, who is eighteen, has begun the FAFSA."""
    slug = story.district.profile.slug
    wards = (await story.ask(OFFLINE_MOTHER, _WARDS))["me"]["visibleLearners"]["edges"]
    for edge in wards[:1]:
        await story.ask(OFFLINE_MOTHER, _HOME, learner=edge["node"]["id"], id=str(steady_id(slug, "home")))
    malcolm = (await story.ask(ADULT, "{ me { learner { id } } }"))["me"]["learner"]["id"]
    due = (story.district.anchor + timedelta(days=_GOAL_DAYS)).isoformat()
    await story.ask(ADULT, _STEP_TO_COLLEGE, learner=malcolm, id=str(steady_id(slug, "fafsa")), due=due)
