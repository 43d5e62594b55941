"""Indices against the closed forms of Ishigami's function, luck against a layout built by hand, and the command."""

import json
import math

import numpy as np
import polars as pl
import pytest

from sim.analysis import open_study
from sim.analysis.indices import _method, luck, resampled, sensitivities
from sim.cli import run
from sim.config import Axis
from sim.errors import SettingError, StudyError
from sim.lab import run as lab
from sim.study.design import Design, design_of
from sim.sweepers import LatinHypercube, Morris, Sobol

PI = math.pi
CUBE = tuple(Axis(f"x{k}", -PI, PI) for k in (1, 2, 3))
FIRST, TOTAL = (
    (0.3139, 0.4424, 0.0),
    (0.5576, 0.4424, 0.2437),
)  # Saltelli et al. 2008, Global Sensitivity Analysis, p. 179


def ishigami(x):
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def indices(sweeper, noise=0.0, runs=40):
    """Indices of Ishigami's function seen through runs whose luck moves all points alike, and a little each alone."""
    at = sweeper.points(CUBE)
    draw = np.random.default_rng(7)
    common, own = draw.normal(0, 3, runs), draw.normal(0, noise, (len(at), runs))
    values = ishigami(at)[:, None] + common + (own - own.mean(axis=1, keepdims=True) if noise == 0 else own)
    design = Design(sweeper.method, sweeper.n, sweeper.levels, sweeper.seed, CUBE, ())
    group, method = _method(design, at)
    return resampled(values, np.arange(len(at)), group, method), luck(values)


def test_a_lever_is_sampled_or_set_not_both(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for other in ("behaviour.tau=1", "behaviour.tau=1,2", "behaviour.tau=interval(1,3)"):
        asked = ["-m", "hydra/sweeper=sobol", "hydra.sweeper.n=2", "behaviour.tau=interval(1,2)", other]
        with pytest.raises(SettingError, match=r"behaviour\.tau is given twice"):
            run(asked)
    assert not list(tmp_path.iterdir())


def test_sobol_indices_of_ishigamis_function():
    found, _ = indices(Sobol(n=1024))
    for kind, expected in (("first", FIRST), ("total", TOTAL)):
        for got, value in zip(found[kind], expected, strict=True):
            assert got.value == pytest.approx(value, abs=0.05)
            assert got.low - 0.02 <= value <= got.high + 0.02
            assert got.low < got.value < got.high


def test_rbd_fast_finds_the_first_order_on_a_latin_hypercube():
    found, _ = indices(LatinHypercube(n=1000))
    assert [i.value for i in found["first"]] == pytest.approx(FIRST, abs=0.08)


def test_morris_ranks_a_linear_function_exactly():
    sweeper = Morris(n=8, levels=4)
    at = sweeper.points(CUBE)
    values = (at @ np.array([4.0, 2.0, 0.0]))[:, None] + np.zeros((1, 5))
    group, method = _method(Design("morris", 8, 4, 1, CUBE, ()), at)
    found = resampled(values, np.arange(len(at)), group, method)
    # one step over the whole range moves it by coefficient times range
    assert [i.value for i in found["mu_star"]] == pytest.approx([8 * PI, 4 * PI, 0.0])
    assert [i.value for i in found["sigma"]] == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)


def test_luck_that_moves_every_cell_alike_is_no_noise():
    draw = np.random.default_rng(3)
    levers, common = np.linspace(0, 1, 20)[:, None], draw.normal(0, 5, 400)[None, :]
    shared = luck(levers + common)
    assert shared.share == pytest.approx(0.0, abs=1e-12) and shared.apart > 0.3
    own = luck(levers + draw.normal(0, 2, (20, 400)))
    between = np.linspace(0, 1, 20).var(ddof=1)
    assert own.share == pytest.approx((4 / 400) / (between + 4 / 400), rel=0.6)
    assert own.share == pytest.approx(own.apart, rel=0.1)


def test_intervals_widen_with_noise():
    quiet, _ = indices(Sobol(n=256))
    noisy, seen = indices(Sobol(n=256), noise=25.0)
    assert seen.share > 0.3
    assert all(n.high - n.low > q.high - q.low for n, q in zip(noisy["total"], quiet["total"], strict=True))


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("COVENANT_OUTPUTS", raising=False)
        asked = [
            "hydra/sweeper=sobol",
            "hydra.sweeper.n=4",
            "scenario.surprise=interval(0,3)",
            "scenario.target_stake=interval(0.5,2)",
        ]
        asked += [
            "scenario=great_on_small",
            "arrangement=league,self_help",
            "runs=12",
            "record=summary",
            "workers=1",
            "study=s",
            "-q",
        ]
        assert run(["-m", *asked]) == 0
        yield folder


def test_a_design_is_a_study_whose_cells_share_luck(desk, monkeypatch):
    monkeypatch.chdir(desk)
    design = design_of(desk / "outputs/s")
    assert (design.method, design.n, len(design.blocks)) == ("sobol", 4, 2)
    assert [block.held for block in design.blocks] == [("arrangement=league",), ("arrangement=self_help",)]
    assert all(len(block.cells) == 4 * (2 + 2) for block in design.blocks)
    cells = pl.scan_parquet(desk / "outputs/s/cells/*/cells/*.parquet").collect()
    assert cells.height == len({c for b in design.blocks for c in b.cells})
    assert cells["seed"].n_unique() == 1
    values = np.array(design.blocks[0].values)
    assert (values.min(axis=0) >= [0, 0.5]).all() and (values.max(axis=0) <= [3, 2]).all()
    told = open_study(desk / "outputs/s").factors["scenario.surprise"]
    for block in design.blocks:
        assert [told[cell] for cell in block.cells] == [surprise for surprise, _ in block.values]


def test_the_command_tells_indices_and_the_part_of_luck(desk, monkeypatch, capsys):
    monkeypatch.chdir(desk)
    assert lab(["sensitivity", "s", "--outcome", "share_kept", "-o", "s.svg"]) == 0
    out = capsys.readouterr().out
    assert "share_kept (arrangement=league): sobol, 16 points, 12 runs each" in out
    assert "scenario.surprise" in out and "first order" in out and "total order" in out
    assert "of the variance between cells is noise that more runs would remove" in out
    assert (desk / "s.svg").read_text().startswith("<svg")
    assert lab(["sensitivity", "s", "--outcome", "share_kept", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["sensitivities"]
    assert len(told) == 2 and len(told[0]["indices"]["total"]) == 2


@pytest.mark.parametrize(("width", "lever"), [("100", "scenario.surprise"), ("60", "scenario.")])
def test_a_lever_is_whole_where_there_is_room(desk, monkeypatch, capsys, width, lever):
    monkeypatch.chdir(desk)
    monkeypatch.setenv("COLUMNS", width)
    assert lab(["sensitivity", "s", "--outcome", "share_kept"]) == 0
    assert lever in {line.split("  ")[0] for line in capsys.readouterr().out.splitlines()}, "or folded at its joint"


def test_a_study_without_a_design_or_without_its_cells_says_so(desk, monkeypatch):
    study = open_study(desk / "outputs/s")
    with pytest.raises(StudyError, match="has no design 'morris'"):
        design_of(study.path, "morris")
    with pytest.raises(SettingError, match="did you mean share_kept"):
        sensitivities(study, design_of(study.path), ["sharekept"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["hydra/sweeper=sobol", "hydra.sweeper.n=6"], "hydra.sweeper.n=6 must be a power of two, such as 4 or 8"),
        (
            ["hydra/sweeper=moris"],
            "hydra/sweeper=moris is not one of basic, latin_hypercube, morris, sobol; did you mean morris?",
        ),
        (["hydra/sweeper=morris", "hydra.sweeper.levels=3"], "must be an even number"),
        (["hydra/sweeper=morris", "seed=interval(1,4)"], "seed=interval(...) is no lever of an experiment"),
        (
            ["hydra/sweeper=morris", "behaviour.tau=interval(4,1)"],
            "is empty; the first number must be below the second",
        ),
        (["hydra/sweeper=morris", "behaviour.a_norm=interval(-1,1)"], "is out of range: from 0"),
        (["hydra/sweeper=morris", "scenario.entry=interval(0,1)"], "a design samples numbers"),
    ],
)
def test_mistakes_in_a_design_are_one_line(arguments, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if not any("interval" in a for a in arguments):
        arguments = [*arguments, "behaviour.a_norm=interval(1,4)"]
    with pytest.raises(SettingError) as error:
        run(["-m", *arguments])
    assert words in str(error.value)
    assert not list(tmp_path.iterdir())
