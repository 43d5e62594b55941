"""Voting power against other packages, as ratios taken in one run on one machine.

    python tests/benchmarks/voting_power.py [--packages PYTHON] [--json FILE]

The packages powerindices, powerindex and power-bdd are no dependency: they are installed in a temporary environment from the
package index, or `--packages` names the interpreter of an environment that has them; those that cannot be had are named and
skipped. Both sides compute Shapley-Shubik and Banzhaf of the same body and are compared first: a package that errs is named. A time is
the least of its rounds, of the process alone, so that neighbours weigh less.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import venv

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

import numpy as np

from sim.arrangement.voting.power import voting_power

PACKAGES = ("powerindices", "powerindex", "power-bdd")
WEIGHTS_193 = [int(w) for w in np.random.default_rng(193).integers(1, 40, 193)]
BODIES = {
    "Security Council of 15": ([7] * 5 + [1] * 10, 39),
    "15 distinct members": ([9, 8, 7, 15, 2, 11, 23, 4, 5, 6, 31, 1, 3, 14, 8], 74),
    "15 members, weights to 1000": (
        [937, 811, 742, 655, 641, 530, 487, 423, 390, 311, 287, 190, 144, 78, 31],
        3329,
    ),
    "193 members, weights 1-39": (WEIGHTS_193, sum(WEIGHTS_193) // 2 + 1),
}
RIVAL = """
import contextlib, io, json, sys, time
package, weights, quota = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])

def powerindices():
    import powerindices as p
    return p.compute_ssi(quota, weights), p.compute_pbi(quota, weights)

def powerindex():
    from powerindex import powerindex as p
    game = p.Game(quota, weights)
    game.calc_banzhaf()
    game.calc_shapley_shubik()
    return game.shapley_shubik, game.banzhaf

def power_bdd():
    from power_bdd.bdd import BDD, WeightedGame
    bdd = BDD(WeightedGame(quota, list(weights)))
    banzhaf = bdd.calc_banzhaf()
    return bdd.calc_shapley(), banzhaf

compute = globals()[package.replace("-", "_")]
with contextlib.redirect_stdout(io.StringIO()):
    found = compute()
    times, until = [], time.monotonic() + 3
    while not times or (len(times) < 200 and time.monotonic() < until):
        start = time.process_time()
        compute()
        times.append(time.process_time() - start)
shares = [[float(x) / sum(map(float, index)) for x in index] for index in found]
print(json.dumps([*shares, min(times)]))
"""


def seconds_of(weights, quota):
    """Least time of a call of `voting_power` [s], and its result."""
    found = voting_power(weights, quota)
    times, until = [], time.monotonic() + 3
    while not times or (len(times) < 2000 and time.monotonic() < until):
        start = time.process_time()
        voting_power(weights, quota)
        times.append(time.process_time() - start)
    return min(times), found


def install(folder):
    """The interpreter of a new environment, and the packages that could be had."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    had = []
    for package in PACKAGES:
        done = subprocess.run([python, "-m", "pip", "install", "-q", "numpy", package], capture_output=True, text=True)
        if done.returncode:
            print(f"skipped {package}: it cannot be installed here")
        else:
            had.append(package)
    return python, had


def race(python, packages):
    """Print and return, for each body, times and ratios."""
    rows = []
    for body, (weights, quota) in BODIES.items():
        ours, found = seconds_of(weights, quota)
        print(f"{body}: {1e3 * ours:.3f} ms ({found.how})")
        best = None
        for package in packages:
            try:
                done = subprocess.run(
                    [python, "-c", RIVAL, package, json.dumps(weights), str(quota)],
                    capture_output=True,
                    text=True,
                    timeout=120,
                )
            except subprocess.TimeoutExpired:
                print(f"  {package:<14} no answer in 120 s")
                continue
            if done.returncode:
                print(f"  {package:<14} fails: {done.stderr.strip().splitlines()[-1]}")
                continue
            ssi, banzhaf, theirs = json.loads(done.stdout)
            error = max(
                np.abs(np.array(ssi) - found.shapley_shubik).max(),
                np.abs(np.array(banzhaf) - found.banzhaf_normalised).max(),
            )
            print(
                f"  {package:<14} {1e3 * theirs:10.3f} ms, {theirs / ours:8.1f} times as long, differs by {error:.1e}"
            )
            rows.append(
                {
                    "body": body,
                    "package": package,
                    "ms": 1e3 * theirs,
                    "ours_ms": 1e3 * ours,
                    "ratio": theirs / ours,
                    "differs": error,
                }
            )
            best = min(theirs, best or theirs)
        if best:
            print(f"  best of the packages / ours: {best / ours:.1f}")
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--packages", type=pathlib.Path, help="interpreter of an environment that has them")
    parser.add_argument("--json", type=pathlib.Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        python, packages = (given.packages, PACKAGES) if given.packages else install(pathlib.Path(folder))
        rows = race(python, packages)
    if given.json:
        given.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
