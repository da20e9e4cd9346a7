"""Every file that a OneRoster archive may hold, in the order in which a run reads them."""

from services.learner_profile.intake.domain.layout import Field as _Field
from services.learner_profile.intake.domain.layout import Kind, Layout, layout, reference, references, ruled, text
from services.learner_profile.intake.domain.values import (
    boolean,
    day,
    day_or_instant,
    grades,
    long_text,
    number,
    scale_steps,
    texts,
    user_ids,
    word_of,
    year,
)

_ROLES = (
    *("administrator", "aide", "counselor", "districtAdministrator", "guardian", "parent", "principal", "proctor"),
    *("relative", "siteAdministrator", "student", "systemAdministrator", "teacher"),
)
_ROLE = word_of(_ROLES, {"counsellor": "counselor", "admin": "administrator", "faculty": "teacher"})
_SCORE_STATUS = word_of(("exempt", "fully graded", "not submitted", "partially graded", "submitted"))
_RACES = {
    "americanIndianOrAlaskaNative": "american_indian_or_alaska_native",
    "asian": "asian",
    "blackOrAfricanAmerican": "black_or_african_american",
    "nativeHawaiianOrOtherPacificIslander": "native_hawaiian_or_other_pacific_islander",
    "white": "white",
    "demographicRaceTwoOrMoreRaces": "two_or_more_races",
    "hispanicOrLatinoEthnicity": "hispanic_or_latino",
}

ORGS = layout(
    "orgs",
    "org",
    text("name", "name", required=True),
    ruled("type", "type", word_of(("department", "district", "local", "national", "school", "state")), required=True),
    text("identifier", "identifier"),
    reference("parentSourcedId", "parent_sourced_id", "orgs"),
)
SESSIONS = layout(
    "academicSessions",
    "academic_session",
    text("title", "title", required=True),
    ruled("type", "type", word_of(("gradingPeriod", "semester", "schoolYear", "term")), required=True),
    ruled("startDate", "start_on", day, required=True),
    ruled("endDate", "end_on", day, required=True),
    reference("parentSourcedId", "parent_sourced_id", "academicSessions"),
    ruled("schoolYear", "school_year", year, required=True),
)
COURSES = layout(
    "courses",
    "course",
    reference("schoolYearSourcedId", "school_year_sourced_id", "academicSessions"),
    text("title", "title", required=True),
    text("courseCode", "course_code"),
    ruled("grades", "grades", grades),
    reference("orgSourcedId", "org_sourced_id", "orgs", required=True),
    ruled("subjects", "subjects", texts),
    ruled("subjectCodes", "subject_codes", texts),
)
CLASSES = layout(
    "classes",
    "class",
    text("title", "title", required=True),
    ruled("grades", "grades", grades),
    reference("courseSourcedId", "course_sourced_id", "courses", required=True),
    text("classCode", "class_code"),
    ruled("classType", "class_type", word_of(("homeroom", "scheduled")), required=True),
    text("location", "location"),
    reference("schoolSourcedId", "school_sourced_id", "orgs", required=True),
    references("termSourcedIds", "term_sourced_ids", "academicSessions", required=True),
    ruled("subjects", "subjects", texts),
    ruled("subjectCodes", "subject_codes", texts),
    ruled("periods", "periods", texts),
)
USERS = layout(
    "users",
    "person",
    ruled("enabledUser", "enabled", boolean, required=True),
    references("orgSourcedIds", None, "orgs", prescribed=False),
    ruled("role", None, _ROLE, prescribed=False),
    text("username", "username", required=True),
    ruled("userIds", "user_ids", user_ids),
    text("givenName", "given_name", required=True),
    text("familyName", "family_name", required=True),
    text("middleName", "middle_name"),
    text("identifier", "identifier"),
    text("email", "email"),
    text("sms", "sms"),
    text("phone", "phone"),
    references("agentSourcedIds", "agent_sourced_ids", "users"),
    ruled("grades", "grades", grades),
    _Field("password", None, Kind.DROPPED, prescribed=False),
    text("userMasterIdentifier", "user_master_identifier", prescribed=False),
    text("preferredGivenName", "preferred_first_name", prescribed=False),
    text("preferredMiddleName", "preferred_middle_name", prescribed=False),
    text("preferredFamilyName", "preferred_last_name", prescribed=False),
    reference("primaryOrgSourcedId", "primary_org_sourced_id", "orgs", prescribed=False),
    text("pronouns", "pronouns", prescribed=False),
)
ROLES = layout(
    "roles",
    "person_role",
    reference("userSourcedId", "person_sourced_id", "users", required=True),
    ruled("roleType", "role_type", word_of(("primary", "secondary"), extensible=False), required=True),
    ruled("role", "role", _ROLE, required=True),
    ruled("beginDate", "begin_on", day),
    ruled("endDate", "end_on", day),
    reference("orgSourcedId", "org_sourced_id", "orgs", required=True),
    reference("userProfileSourcedId", "user_profile_sourced_id", None),
)
ENROLLMENTS = layout(
    "enrollments",
    "enrollment",
    reference("classSourcedId", "class_sourced_id", "classes", required=True),
    reference("schoolSourcedId", "school_sourced_id", "orgs", required=True),
    reference("userSourcedId", "person_sourced_id", "users", required=True),
    ruled("role", "role", word_of(("administrator", "proctor", "student", "teacher")), required=True),
    ruled("primary", "is_primary", boolean),
    ruled("beginDate", "begin_on", day),
    ruled("endDate", "end_on", day),
)
DEMOGRAPHICS = layout(
    "demographics",
    "demographic",
    ruled("birthDate", "birth_on", day),
    ruled("sex", "sex", word_of(("male", "female", "unspecified", "other"), {"m": "male", "f": "female"})),
    *(ruled(header, column, boolean) for header, column in _RACES.items()),
    text("countryOfBirthCode", "country_of_birth_code"),
    text("stateOfBirthAbbreviation", "state_of_birth"),
    text("cityOfBirth", "city_of_birth"),
    text("publicSchoolResidenceStatus", "public_school_residence_status"),
    userSourcedId="sourcedId",
)

CATEGORIES = layout(
    "categories",
    "category",
    text("title", "title", required=True),
    ruled("weight", "weight", number, prescribed=False),
    gradebook=True,
)
SCORE_SCALES = layout(
    "scoreScales",
    "score_scale",
    text("title", "title", required=True),
    text("type", "type", required=True),
    reference("orgSourcedId", "org_sourced_id", "orgs"),
    reference("courseSourcedId", "course_sourced_id", "courses"),
    reference("classSourcedId", "class_sourced_id", "classes"),
    ruled("scoreScaleValue", "steps", scale_steps, required=True),
    gradebook=True,
)
LINE_ITEMS = layout(
    "lineItems",
    "line_item",
    text("title", "title", required=True),
    _Field("description", "description", Kind.LONG_TEXT, long_text),
    ruled("assignDate", "assign_at", day_or_instant, required=True),
    ruled("dueDate", "due_at", day_or_instant, required=True),
    reference("classSourcedId", "class_sourced_id", "classes", required=True),
    reference("categorySourcedId", "category_sourced_id", "categories", required=True),
    reference("gradingPeriodSourcedId", "grading_period_sourced_id", "academicSessions", prescribed=False),
    reference("academicSessionSourcedId", "academic_session_sourced_id", "academicSessions", prescribed=False),
    ruled("resultValueMin", "result_value_min", number),
    ruled("resultValueMax", "result_value_max", number),
    reference("schoolSourcedId", "school_sourced_id", "orgs", prescribed=False),
    gradebook=True,
)
LINE_ITEM_OBJECTIVES = layout(
    "lineItemLearningObjectiveIds",
    "line_item_objective",
    reference("lineItemSourcedId", "item_sourced_id", "lineItems", required=True),
    text("source", "objective_source", required=True),
    text("learningObjectiveId", "objective_id", required=True),
    gradebook=True,
)
RESULTS = layout(
    "results",
    "result",
    reference("lineItemSourcedId", "item_sourced_id", "lineItems", required=True),
    reference("studentSourcedId", "student_sourced_id", "users", required=True),
    ruled("scoreStatus", "score_status", _SCORE_STATUS, required=True),
    ruled("score", "score", number),
    ruled("scoreDate", "score_on", day, required=True),
    _Field("comment", "comment", Kind.LONG_TEXT, long_text),
    text("textScore", "text_score", prescribed=False),
    reference("classSourcedId", "class_sourced_id", "classes", prescribed=False),
    ruled("inProgress", "in_progress", boolean, prescribed=False),
    *(ruled(name, name, boolean, prescribed=False) for name in ("incomplete", "late", "missing")),
    gradebook=True,
)
RESULT_OBJECTIVES = layout(
    "resultLearningObjectiveIds",
    "result_objective",
    reference("resultSourcedId", "result_sourced_id", "results", required=True),
    text("source", "objective_source", required=True),
    text("learningObjectiveId", "objective_id", required=True),
    ruled("score", "score", number),
    text("textScore", "text_score"),
    gradebook=True,
)

KEPT: dict[str, Layout] = {
    one.file: one
    for one in (
        *(ORGS, SESSIONS, COURSES, CLASSES, USERS, ROLES, ENROLLMENTS, DEMOGRAPHICS),
        *(CATEGORIES, SCORE_SCALES, LINE_ITEMS, LINE_ITEM_OBJECTIVES, RESULTS, RESULT_OBJECTIVES),
    )
}
"""The files whose rows are kept."""

SCALE_LINKS: dict[str, Layout] = {
    "lineItemScoreScales": layout(
        "lineItemScoreScales",
        "line_item",
        text("title", "title"),
        reference("lineItemSourcedId", "item_sourced_id", "lineItems", required=True),
        reference("scoreScaleSourcedId", "score_scale_sourced_id", "scoreScales", required=True),
        gradebook=True,
    ),
    "resultScoreScales": layout(
        "resultScoreScales",
        "result",
        text("title", "title"),
        reference("resultSourcedId", "item_sourced_id", "results", required=True),
        reference("scoreScaleSourcedId", "score_scale_sourced_id", "scoreScales", required=True),
        gradebook=True,
    ),
}
"""The files that only join a score scale to the line item or result of the table."""

COUNTED = ("resources", "classResources", "courseResources", "userProfiles", "userResources")
"""The files whose rows are counted and not kept."""

KNOWN = (*KEPT, *SCALE_LINKS, *COUNTED)
