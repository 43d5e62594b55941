"""The reference pages are the ones the code writes."""

import pytest

from docs.reference import FOLDER, PAGES


@pytest.mark.parametrize("page", PAGES)
def test_it_is_current(page):
    assert (FOLDER / page).read_text(encoding="utf-8") == PAGES[page](), "python tests/docs/reference.py"


def test_nothing_else_stands_beside_them():
    assert {path.name for path in FOLDER.iterdir()} == set(PAGES)
