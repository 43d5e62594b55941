"""The table of all scenarios: read from what was simulated, own arrangement first, both widths told."""

import polars as pl
import pytest

from sim import lab
from sim.analysis import open_study
from sim.analysis.panorama import rows


@pytest.mark.slow
def test_a_row_says_what_its_cells_hold(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COVENANT_OUTPUTS", str(tmp_path))
    page = tmp_path / "page.md"
    assert lab.run(["panorama", "two_blocs", "--runs", "24", "--members", "4", "-o", str(page)]) == 0
    study = open_study("panorama")
    found = list(rows(study))
    assert [row["arrangement"] for row in found] == ["self_help", "un_1965", "ideal"]
    for row in found:
        cells = [c for c in study.cells if c.arrangement == row["arrangement"]]
        crises = {c.identity["aggression"]: pl.read_parquet(c.parts("crises")) for c in cells}
        gain = crises["forced"].get_column("gain").cast(pl.String)
        assert row["kept"].value == pytest.approx((gain == "kept").mean())
        assert row["attempted"].value == pytest.approx(crises["computed"].get_column("attempted").mean())
        assert row["nothing_done"].value == pytest.approx(
            crises["forced"].get_column("first_action_day").is_null().mean()
        )
        assert row["widths"].coefficients.low <= row["kept"].value <= row["widths"].coefficients.high
    assert page.read_text().count("| two_blocs |") == 3
    assert "two_blocs" in capsys.readouterr().out
