"""The pure rules behind the token door."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.learner_profile.identity.domain import secrets
from services.learner_profile.identity.domain.failures import Failures
from services.learner_profile.identity.domain.refusals import InvalidScope, SubjectRefused, TokenRefusal
from services.learner_profile.identity.domain.requests import Credentials, read_request
from services.learner_profile.identity.domain.scopes import is_scope, narrowed
from services.learner_profile.identity.domain.subjects import peek

FORM = "application/x-www-form-urlencoded"


@given(st.binary(max_size=300), st.lists(st.text(max_size=60), max_size=2))
def test_any_request_is_read_or_refused(body: bytes, authorization: list[str]) -> None:
    with suppress(TokenRefusal):
        read_request(FORM, body, authorization)


@given(
    st.text(max_size=300)
    | st.from_regex(r"[A-Za-z0-9_-]{0,80}\.[A-Za-z0-9_-]{0,80}\.[A-Za-z0-9_-]{0,80}", fullmatch=True)
)
def test_any_token_is_peeked_into_or_refused(token: str) -> None:
    with suppress(SubjectRefused):
        peek(token)


def test_the_parts_of_basic_credentials_are_form_encoded() -> None:
    request = read_request(FORM + "; charset=UTF-8", b"grant_type=x", ["basic YSUyRmI6YyUzQWQr"])
    assert request.credentials == Credentials("a/b", "c:d ")


def test_an_empty_parameter_counts_as_left_out() -> None:
    assert read_request(FORM, b"grant_type=x&scope=", []).parameters == {"grant_type": "x"}


def test_a_refusal_repeats_nothing_of_the_request() -> None:
    with pytest.raises(TokenRefusal) as refused:
        read_request(FORM, b"secretive=1&secretive=2", [])
    assert "secretive" not in str(refused.value.document())


def test_scopes_are_narrowed_in_the_order_of_the_grant() -> None:
    assert narrowed(["a", "b", "c"], None) == ["a", "b", "c"]
    assert narrowed(["a", "b", "c"], "c  a c") == ["a", "c"]
    for asked in ("d", "a d", " "):
        with pytest.raises(InvalidScope):
            narrowed(["a", "b", "c"], asked)


def test_a_scope_is_one_word_of_printable_ascii() -> None:
    assert [is_scope(text) for text in ("a:b/c.d", "", "a b", 'a"', "a\\b", "é", "a\n")] == [True, *[False] * 6]


def test_a_secret_has_256_bits_and_matches_its_own_digest_only() -> None:
    one, other = secrets.new_secret(), secrets.new_secret()
    digests = [secrets.digest_of(other), secrets.digest_of(one)]
    assert len(one) == len("trls_") + 43
    assert (secrets.matching(one, digests), secrets.matching(other, digests)) == (1, 0)
    assert secrets.matching(one, []) is None
    assert secrets.matching("", digests) is None


def test_failures_are_forgotten_after_a_minute_and_for_the_oldest_of_too_many_keys() -> None:
    failures = Failures()
    for _ in range(10):
        failures.add(("client", "here"), 100.0)
    assert failures.too_many(("client", "here"), 159.0)
    assert not failures.too_many(("client", "there"), 159.0)
    assert not failures.too_many(("client", "here"), 160.0)
    for number in range(10_000):
        failures.add((str(number), "here"), 159.0)
    assert not failures.too_many(("client", "here"), 159.0)
    assert len(failures.seen) == 10_000
