"""The page that tells who may call what."""

from tests.access.page import PATH, page


def test_the_page_tells_what_the_matrix_tries() -> None:
    assert PATH.read_text(encoding="utf-8") == page()
