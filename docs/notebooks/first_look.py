"""A first look at a study: `marimo edit docs/notebooks/first_look.py`, or `python docs/notebooks/first_look.py`."""

import marimo

app = marimo.App(width="medium")


@app.cell
def _():
    import os

    import altair as alt
    import marimo as mo
    import polars as pl

    from sim import cli
    from sim.analysis import open_study

    return alt, cli, mo, open_study, os, pl


@app.cell
def _(mo):
    mo.md("""
    # Italy and Ethiopia, three times

    The same crisis of October 1935 before the League, without any organ, and under the ideal type. The arms share their luck,
    so run 17 of one may be set beside run 17 of another. What is on disk already is not computed again.
    """)
    return


@app.cell
def _(cli, open_study, os):
    runs = os.environ.get("NOTEBOOK_RUNS", "500")
    cli.run(["-m", "arrangement=league,self_help,ideal", f"runs={runs}", "study=first_look", "quiet=true"])
    study = open_study("first_look")
    return (study,)


@app.cell
def _(mo):
    mo.md("""
    ## How it ended

    Every table is a Polars LazyFrame: nothing is read before it is collected, and then only the columns asked for.
    """)
    return


@app.cell
def _(pl, study):
    ended = (
        study.named(study.crises)
        .group_by("arm", pl.col("outcome").cast(pl.String))
        .len()
        .with_columns(share=pl.col("len") / pl.col("len").sum().over("arm"))
        .sort("arm", "outcome")
        .collect()
    )
    ended
    return (ended,)


@app.cell
def _(alt, ended):
    alt.Chart(ended, height=120).mark_bar().encode(
        x=alt.X("share:Q", axis=alt.Axis(format="%"), title="share of runs"),
        y=alt.Y("arm:N", title=None),
        color=alt.Color("outcome:N", title=None),
        tooltip=["arm", "outcome", alt.Tooltip("share:Q", format=".1%")],
    )
    return


@app.cell
def _(mo):
    mo.md("""
    ## What the League changed, run by run

    The difference between two arms is taken within each run before it is averaged: most of the luck falls out.
    """)
    return


@app.cell
def _(pl, study):
    kept = (
        study.named(study.crises)
        .select("arm", "run", "share_kept")
        .collect()
        .pivot("arm", index="run", values="share_kept")
        .with_columns(difference=pl.col("league") - pl.col("self_help"))
    )
    paired = kept.select(
        mean=pl.col("difference").mean(),
        error=pl.col("difference").std() / pl.len().sqrt(),
        unpaired=(pl.col("league").var() + pl.col("self_help").var()).sqrt() / pl.len().sqrt(),
    )
    paired
    return (paired,)


@app.cell
def _(mo, paired):
    mean, error, unpaired = paired.row(0)
    mo.md(
        f"Under the League Italy keeps **{100 * mean:+.1f}** points of its objective more than without it, with a standard "
        f"error of {100 * error:.1f}; two studies of independent luck would have left {100 * unpaired:.1f}."
    )
    return


if __name__ == "__main__":
    app.run()
