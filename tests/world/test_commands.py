"""`covenant-lab world`: build, show, diff."""

from __future__ import annotations

import pytest
from typer.main import get_command

from sim.analysis.worlds import app
from sim.errors import CovenantError, DataError, SettingError
from sim.world.store import load_world


def world(*arguments):
    return get_command(app)(args=[str(a) for a in arguments], standalone_mode=False)


def test_build_show_and_diff(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "240")
    path = tmp_path / "w.parquet"
    world("build", "--date", "1935-10-03", "--data", folder, "-o", path)
    out = capsys.readouterr().out
    assert "6 states of 1935-10-03" in out and "renormalised" in out
    assert load_world(path).date == "1935-10-03"
    world("show", path)
    out = capsys.readouterr().out
    assert "great powers: USA UKG GMY ITA" in out and "council of league: UKG FRN" not in out
    world("diff", "abyssinia_1935", path)
    out = capsys.readouterr().out
    assert "capability" in out and "affinity" in out
    world("diff", path, path)
    assert "the same world" in capsys.readouterr().out


def test_a_failed_build_leaves_nothing(folder, tmp_path):
    (folder / "nmc.csv").write_text("ccode,year,cinc\n2,1935,x\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 2, column cinc: 'x' is no number"):
        world("build", "--year", "1935", "--data", folder, "-o", tmp_path / "w.parquet")
    assert [p.name for p in tmp_path.iterdir()] == ["data"]


def test_show_changes_levers_of_a_synthetic_world(capsys):
    world("show", "synthetic", "world.n_states=7", "world.blocs=0", "--seed", "3")
    assert "synthetic, 2000-01-01: 7 states with 100.0% of world capability" in capsys.readouterr().out


def test_show_draws_a_map(tmp_path, capsys):
    world("show", "abyssinia_1935", "--map", tmp_path / "map.html")
    assert "vega" in (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "UKG" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "error", "what"),
    [
        (("show", "abysinia_1935"), SettingError, "did you mean abyssinia_1935"),
        (("show", "./none.parquet"), CovenantError, "is no file"),
        (("show", "synthetic", "world.n_states"), SettingError, "as key=value"),
        (("show", "abyssinia_1935", "--map", "map.gif"), SettingError, "must end in .html or .svg or .png"),
        (("build", "--data", "nowhere", "--year", "1935"), DataError, "--data nowhere is no folder"),
        (("build", "--data", ".", "--year", "1035"), CovenantError, "--year=1035 is out of range"),
        (("build", "--data", "."), SettingError, "give either --year"),
    ],
)
def test_mistakes_are_told_in_one_line(arguments, error, what):
    with pytest.raises(error) as caught:
        world(*arguments)
    assert what in str(caught.value) and "\n" not in str(caught.value)
