"""How single values are read."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.learner_profile.intake.domain import values
from services.learner_profile.intake.domain.files import KEPT, SCALE_LINKS
from services.learner_profile.intake.domain.problems import MESSAGES, is_refusal

ROLE = values.word_of(("student", "teacher", "gradingPeriod"), {"pupil": "student"})
RULES = {one.rule for layout in (*KEPT.values(), *SCALE_LINKS.values()) for one in layout.fields if one.rule}


@pytest.mark.parametrize(
    ("rule", "value", "read", "code"),
    [
        (values.boolean, "true", "true", None),
        (values.boolean, "TRUE", "true", "boolean_normalised"),
        (values.boolean, "0", "false", "boolean_normalised"),
        (values.boolean, "perhaps", None, "boolean_invalid"),
        (values.day, "2023-01-05", "2023-01-05", None),
        (values.day, "1/05/2023", "2023-01-05", "date_normalised"),
        (values.day, "01-05-2023", "2023-01-05", "date_normalised"),
        (values.day, "2023/1/5", "2023-01-05", "date_normalised"),
        (values.day, "20230105", "2023-01-05", "date_normalised"),
        (values.day, "2023-01-05T00:00:00.000Z", "2023-01-05", "date_normalised"),
        (values.day, "1/5/23", None, "date_invalid"),
        (values.day, "2023115", None, "date_invalid"),
        (values.day, "13/05/2023", None, "date_invalid"),
        (values.day, "2023-02-30", None, "date_invalid"),
        (values.day, "2023-01-\u0665", None, "date_invalid"),
        (values.instant, "2026-09-01T10:00:00.000Z", "2026-09-01T10:00:00+00:00", None),
        (values.instant, "2026-09-01T10:00:00-04:00", "2026-09-01T14:00:00+00:00", None),
        (values.instant, "2026-09-01", "2026-09-01T00:00:00+00:00", "datetime_normalised"),
        (values.instant, "9/1/2026 8:05", "2026-09-01T08:05:00+00:00", "datetime_normalised"),
        (values.instant, "0001-01-01T00:00:00+14:00", None, "datetime_invalid"),
        (values.instant, "yesterday", None, "datetime_invalid"),
        (values.day_or_instant, "2026-09-01", "2026-09-01T00:00:00+00:00", None),
        (values.year, "2027", "2027", None),
        (values.year, "2026-27", "2027", "year_normalised"),
        (values.year, "2026-2027", "2027", "year_normalised"),
        (values.year, "2026-2029", None, "year_invalid"),
        (values.number, "-3.50", "-3.50", None),
        (values.number, "85%", None, "number_invalid"),
        (values.number, "1e5", None, "number_invalid"),
        (values.number, "NaN", None, "number_invalid"),
        (ROLE, "student", "student", None),
        (ROLE, "Student", "student", "vocabulary_normalised"),
        (ROLE, "Grading Period", "gradingPeriod", "vocabulary_normalised"),
        (ROLE, "Pupil", "student", "vocabulary_normalised"),
        (ROLE, "ext:coach", "ext:coach", None),
        (ROLE, "coach", None, "vocabulary_unknown"),
        (values.grades, "06", '{"06"}', None),
        (values.grades, "K,1, 02", '{"KG","01","02"}', "grade_normalised"),
        (values.grades, "00", '{"KG"}', "grade_normalised"),
        (values.grades, "0", '{"KG"}', "grade_normalised"),
        (values.grades, "14", None, "grade_unknown"),
        (values.texts, 'a,"b\\', '{"a","\\"b\\\\"}', None),
        (values.user_ids, "{Fed:1},{SIS:2}", '{"{Fed:1}","{SIS:2}"}', None),
        (values.user_ids, "LDAP:7", '{"{LDAP:7}"}', "user_id_malformed"),
        (values.scale_steps, "{0-59:F},{60-100:P}", None, None),
        (values.scale_steps, "0-59:F", None, "scale_invalid"),
    ],
)
def test_a_value_is_read_or_refused(rule: values.Rule, value: str, read: str | None, code: str | None) -> None:
    given_text, given_code = rule(value)
    assert given_code == code
    assert read in (given_text, None)
    assert (given_text is None) == is_refusal(code)


@given(st.text(alphabet=st.sampled_from(string.printable + "\u0665\u00e9\U0001f600{}"), min_size=1))
def test_no_value_breaks_a_rule(value: str) -> None:
    for rule in RULES:
        read, code = rule(value)
        assert code is None or code in MESSAGES
        assert (read is None) == is_refusal(code)


@given(st.dates())
def test_every_date_reads_itself(day: object) -> None:
    assert values.day(str(day)) == (str(day), None)
