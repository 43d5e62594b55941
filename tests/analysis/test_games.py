"""Files of weights: what is read of them, and what is refused."""

import pytest

from sim.analysis.games import read_weights_file
from sim.errors import DataError


@pytest.mark.parametrize(
    ("text", "names", "rows"),
    [
        ("4\n2\n1\n", ["1", "2", "3"], [["4", "2", "1"]]),
        ("A,4\nB,2\n", ["A", "B"], [["4", "2"]]),
        ("A;4;1.5\nB;2;0.5\n", ["A", "B"], [["4", "2"], ["1.5", "0.5"]]),
        ("votes,name\n4,A\n\n2,B\n", ["A", "B"], [["4", "2"]]),
    ],
)
def test_reads_weights_as_they_are_kept(tmp_path, text, names, rows):
    path = tmp_path / "weights.csv"
    path.write_text(text, encoding="utf-8")
    assert read_weights_file(path) == (names, rows)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("name,votes\n", "no members"),
        ("A,4\nB\n", "line 2 has 1 columns"),
        ("A,4\nB,x\n", "'x' is not a number"),
        ("A,4\nB,1e999999999\n", "'1e999999999' is not a number"),
        ("name,votes,count\nA,4,²\n", "count='²' is not a whole number"),
        ("name,votes,count\nA,4,1000000000\n", "line 2: the body has more than 2,000 members"),
        (f"name,votes,count\nA,4,{'9' * 5000}\n", "line 2: the body has more than 2,000 members"),
    ],
)
def test_a_file_that_holds_no_weights_is_refused(tmp_path, text, told):
    path = tmp_path / "weights.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=told):
        read_weights_file(path)
