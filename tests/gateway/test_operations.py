"""The example operations that front-end developers start from."""

from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, parse, validate

from gateway.execution.engine import Asked, Engine
from gateway.execution.plan import Plan
from tests.gateway.protocol import CLASSES, COMPETENCIES, FRAMEWORK, LEARNERS, PROGRAM, RUBRIC, SCHOOLS

ROOT = Path(__file__).parents[2]
OPERATIONS = sorted((ROOT / "docs" / "operations").glob("*.graphql"))
NAMES = [path.stem for path in OPERATIONS]


@pytest.mark.parametrize("path", OPERATIONS, ids=NAMES)
def test_an_example_is_valid_against_the_committed_schema(path: Path) -> None:
    schema = build_schema((ROOT / "contracts" / "gateway.graphql").read_text())
    assert validate(schema, parse(path.read_text())) == []


@pytest.mark.parametrize("path", OPERATIONS, ids=NAMES)
def test_an_example_is_within_the_limits_and_queries_are_planned(engine: Engine, path: Path) -> None:
    variables: dict[str, dict[str, Any]] = {
        "LearnerLive": {"id": "x"},
        "ClassPage": {"id": CLASSES[0]},
        "SchoolPage": {"id": SCHOOLS[0]},
        "ProgramPage": {"id": PROGRAM},
        "RubricPage": {"id": RUBRIC},
        "FrameworkTree": {"framework": FRAMEWORK, "competency": COMPETENCIES[0]},
        "RecordEvidence": {"input": {"learnerId": "x", "competencyId": "y", "score": 1}, "key": "k"},
        "StudentMorning": {"day": "2026-03-03"},
        "SetGoal": {
            "id": "x",
            "input": {"learnerId": "x", "title": "t", "measure": "m", "baseline": 0, "target": 1},
        },
        "RespondToGoal": {"id": "x", "version": 1, "decision": "AGREED"},
        "CheckInGoal": {"goal": "x", "id": "y", "input": {"value": 1}},
        "DropGoal": {"id": "x", "version": 1},
        "DecideNextStep": {"input": {"learnerId": "x", "competencyId": "y", "decision": "ACCEPTED"}, "key": "k"},
        "ProposeDemonstration": {"id": "x", "input": {"learnerId": "x", "rubricId": "y", "title": "t", "plan": "p"}},
        "DecideDemonstration": {"id": "x", "version": 1, "decision": "APPROVED"},
        "AssessSelf": {"id": "x", "input": {"levels": []}},
        "ScoreDemonstration": {"id": "x", "input": {"levels": []}},
        "PlanDay": {"class": "x", "day": "2026-03-03", "blocks": []},
        "ProposePlan": {"input": {"learnerId": "x", "title": "t"}, "key": "k"},
        "AgreePlan": {"planId": "x", "version": 1, "decision": "AGREED", "key": "k"},
        "ClosePlan": {"planId": "x", "version": 1},
        "Frontier": {"learner": "x"},
        "NeedsInstruction": {"class": "x", "competencies": ["y"]},
        "PlanHistory": {"learner": "x", "from": 1, "to": 2},
        "UpdateBlock": {"id": "x", "state": "DONE"},
        "LearnerProfile": {"id": LEARNERS[0]},
        "RecordInterest": {"learner": "x", "id": "y", "input": {"label": "Chess"}},
        "StatePreference": {"learner": "x", "id": "y", "input": {"aspect": "PACE", "statement": "s"}},
        "SavePortfolioItem": {
            "learner": "x",
            "id": "y",
            "input": {"title": "t", "url": "https://x.example", "state": "DRAFT"},
        },
        "RateSkill": {
            "learner": "x",
            "id": "y",
            "input": {"skill": "CREATIVITY", "rating": 1, "scaleMin": 0, "scaleMax": 2},
        },
        "UpdateMilestone": {"learner": "x", "id": "y", "input": {"type": "FAFSA", "title": "t", "state": "SUBMITTED"}},
        "RecordExperience": {
            "learner": "x",
            "id": "y",
            "input": {"type": "CAPSTONE", "title": "t", "state": "PLANNED"},
        },
        "ReportDigitalAccess": {"learner": "x", "id": "y", "input": {"internetAccessInResidence": "YES"}},
        "TeacherClass": {"id": CLASSES[0], "competencies": [COMPETENCIES[0]]},
        "AnswerAlert": {"alert": "x", "state": "SEEN"},
        "DecideAdvance": {"learner": "x", "competency": "y", "decision": "HELD", "key": "k"},
        "ConferStatus": {"learner": "x", "competency": "y", "basis": "b", "key": "k"},
        "WithdrawStatus": {"status": "x", "reason": "r"},
        "ConferredStatuses": {"learner": "x"},
        "SetPaceTarget": {"class": "x", "competency": "y", "due": "2026-05-01"},
        "SchoolFigures": {"id": SCHOOLS[0], "from": "2026-01-01", "to": "2026-06-30"},
        "PlaceSchool": {"program": "x", "school": "y", "cohort": "z"},
        "CreateListing": {"id": "x", "input": {"title": "t", "kind": "k"}},
    }
    admitted = engine.admit(Asked(path.read_text(), path.stem, variables.get(path.stem, {})))
    assert isinstance(admitted.compiled.plan, Plan) is ("query " in path.read_text())


def test_every_operation_has_an_example(engine: Engine) -> None:
    text = "\n".join(path.read_text() for path in OPERATIONS)
    schema = engine.documents.schema
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    asked = {name for root in roots if root for name in root.fields if f" {name}(" in text or f" {name} {{" in text}
    assert asked == {name for root in roots if root for name in root.fields}
