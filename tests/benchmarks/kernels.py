"""How fast the kernels are, as ratios taken in one run on one machine: python tests/benchmarks/kernels.py [--quick] [--json FILE].

Every time is a median. The rivals compute the same results by the same incremental rules, and the counts are checked. The floor
of a state-evaluation is what the powers it takes cost in a bare loop, two at a time and each two only when the two before them are
known, for nobody answers before the last has; and nothing else. Beside it stand the floor of as many powers that wait for nothing, and
the floor of the rule as it is written, which raises both sides with and without each share of either course.
"""

import argparse
import json
import math
import pathlib
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np

sys.path[:0] = [str(pathlib.Path(__file__).parents[1]), str(pathlib.Path(__file__).parents[2])]

from kernels._response import shift_lean, win  # noqa: E402
from kernels.capability import GRAIN, ONE_GRAIN  # noqa: E402
from kernels.cascade import cascade_batch  # noqa: E402
from kernels.coalition import game_batch  # noqa: E402
from kernels.elementary import power  # noqa: E402
from kernels.forecast import coalition_forecast, scan_dyads  # noqa: E402
from kernels.random import logistic_row, normal_row, uniform_row  # noqa: E402
from reference.instances import coalition_batch, coalition_instance  # noqa: E402

N_STATES = 200


def median_seconds(*functions, repeats=7, clock=time.thread_time):
    """Median time of each call, after one that compiles and warms up [s].

    The calls take turns, so that what disturbs one disturbs all; and each is charged the time of its own thread alone.
    """
    times = [[] for _ in functions]
    for function in functions:
        function()
    for _ in range(repeats):
        for taken, function in zip(times, functions, strict=True):
            start = clock()
            function()
            taken.append(clock() - start)
    medians = [statistics.median(taken) for taken in times]
    return medians if len(medians) > 1 else medians[0]


def cascade_in_python(base, affinity, capability, weight, max_passes):
    """One run of the cascade on lists."""
    n = len(base)
    worth = [a * c for a, c in zip(affinity, capability, strict=True)]
    side = [0] * n
    for _ in range(max_passes):
        pulled = weight * sum(w for w, s in zip(worth, side, strict=True) if s)
        after = [1 if b + pulled * a > 0.0 else 0 for b, a in zip(base, affinity, strict=True)]
        if after == side:
            break
        side = after
    return side


def cascade_in_numpy(base, affinity, capability, weight, max_passes):
    """All runs of the cascade, one round at a time."""
    side = np.zeros(base.shape, bool)
    worth = affinity * capability
    for _ in range(max_passes):
        after = base + weight * (side @ worth)[:, None] * affinity > 0.0
        if (after == side).all():
            break
        side = after
    return side


def game_in_python(given, base_for, base_against, counts):
    """One run of the game on lists, with the kernel's own incremental sums and ceilings; counts powers and evaluations."""
    fixed, order, power_f, power_a = (given[k].tolist() for k in ("fixed", "order", "power_for", "power_against"))
    cost_f, cost_a = given["cost_for"].tolist(), given["cost_against"].tolist()
    threat_a, threat_t = given["threat_from_aggressor"].tolist(), given["threat_from_target"].tolist()
    willing_f, willing_a = given["willing_for"].tolist(), given["willing_against"].tolist()
    weights = (given["weight"] * 2.0**-40).tolist()
    security, assurance, pull, mu = (given[k] for k in ("security", "assurance", "pull", "mu"))
    credible_f, credible_a = given["credibility_for"], given["credibility_against"]
    shares, n = given["shares"].tolist(), len(fixed)

    def win(x_mu, y_mu):
        return x_mu / (x_mu + y_mu) if x_mu + y_mu > 0.0 else 0.5

    def raised(x):
        counts["powers"] += 1
        return x**mu if x > 1e-15 else 0.0

    def utmost(power, alone, threat, cost, p_alone):
        rise = min(1.0, 0.25 * mu * math.log(1.0 + shares[-1] * power / alone)) if alone > 0.0 else 1.0
        return security * threat * rise + assurance * (1.0 - p_alone) - cost * shares[0]

    def best_share(head, gain, cost, power, own, whole, whole_mu, rival_mu, expected, p_alone, best):
        own_mu = whole_mu if own == whole else raised(own)
        p_now, chosen, with_mu = win(own_mu, rival_mu), 0.0, own_mu
        for q in shares:
            x, hoped = own + q * power, expected + q * power
            x_mu = whole_mu if x == whole else raised(x)
            p, p_hoped = win(x_mu, rival_mu), win(raised(hoped), rival_mu)
            utility = head + gain * (p - p_now) + assurance * (p_hoped - p_alone) - cost * q
            if utility > best:
                best, chosen, with_mu = utility, q, x_mu
            rise = gain * p * (1.0 - p) / x + assurance * p_hoped * (1.0 - p_hoped) / hoped
            if mu * power * rise - cost < -1e-6 * (1.0 + gain + assurance):
                break
        return best, chosen, own_mu, with_mu

    lean, side, held, share, seen = [0.0] * n, [0] * n, [0.0] * n, [0.0] * n, [-1] * n

    def shift(k, step):
        for i, w in enumerate(weights[k]):
            lean[i] += step * w

    total_f = total_a = hoped_f = hoped_a = 0.0
    for k in range(n):
        if fixed[k] == 1:
            side[k], held[k] = 1, power_f[k]
            total_f += power_f[k]
        elif fixed[k] == -1:
            side[k], held[k] = -1, power_a[k]
            total_a += power_a[k]
        if side[k]:
            shift(k, side[k])
        if fixed[k] == 0:
            hoped_f += power_f[k] if willing_f[k] else 0.0
            hoped_a += power_a[k] if willing_a[k] else 0.0
    hoped_f, hoped_a = hoped_f + total_f, hoped_a + total_a
    alone_f, alone_a = win(raised(total_f), raised(total_a)), win(raised(total_a), raised(total_f))
    utmost_f = [utmost(power_f[i], total_f, threat_a[i], cost_f[i], alone_f) for i in range(n)]
    utmost_a = [utmost(power_a[i], total_a, threat_t[i], cost_a[i], alone_a) for i in range(n)]
    f_mu, a_mu, clock, last = raised(total_f), raised(total_a), 0, 0
    for _ in range(given["max_passes"]):
        changed = False
        for i in order:
            if fixed[i] != 0 or seen[i] >= last:
                continue
            clock += 1
            seen[i] = clock
            counts["evaluations"] += 1
            head_f, head_a = base_for[i] + pull * lean[i], base_against[i] - pull * lean[i]
            may_f, may_a = head_f + utmost_f[i] >= -1e-6, head_a + utmost_a[i] >= -1e-6
            if side[i] == 0 and not may_f and not may_a:
                continue
            own, rival, own_mu, rival_mu = total_f, total_a, f_mu, a_mu
            if side[i] > 0:
                own -= held[i]
                own_mu = own_mu if may_f else raised(own)
            elif side[i] < 0:
                rival -= held[i]
                rival_mu = raised(rival)
            course, chosen, best, with_mu = 0, 0.0, 0.0, 0.0
            if may_f:
                expected = credible_f * (hoped_f - (power_f[i] if willing_f[i] else 0.0)) + (1.0 - credible_f) * own
                best, chosen, own_mu, with_mu = best_share(
                    head_f, security * threat_a[i], cost_f[i], power_f[i], own, total_f, f_mu, rival_mu, expected, alone_f, best
                )  # fmt: skip
                course = 1 if chosen else 0
            if may_a and head_a + utmost_a[i] >= best - 1e-6:
                expected = credible_a * (hoped_a - (power_a[i] if willing_a[i] else 0.0)) + (1.0 - credible_a) * rival
                best, pledge, _, joined_mu = best_share(
                    head_a, security * threat_t[i], cost_a[i], power_a[i], rival, rival, rival_mu, own_mu, expected, alone_a, best
                )  # fmt: skip
                if pledge:
                    course, chosen, with_mu = -1, pledge, joined_mu
            if (course, chosen) == (side[i], share[i]):
                continue
            changed, last = True, clock
            counts["changes"] += 1
            if course != side[i]:
                shift(i, course - side[i])
            held[i] = chosen * (power_f[i] if course > 0 else power_a[i])
            side[i], share[i] = course, chosen
            total_f, f_mu = (own + held[i], with_mu) if course > 0 else (own, own_mu)
            total_a, a_mu = (rival + held[i], with_mu) if course < 0 else (rival, rival_mu)
        if not changed:
            break
    return side


def game_in_numpy(given, base_for, base_against):
    """All runs of the game in lockstep: each state in turn answers in every run at once, over the grid of shares."""
    fixed, pulls = given["fixed"], given["weight"].T * 2.0**-40
    powers = given["power_for"], given["power_against"]
    shares, mu, credible = given["shares"], given["mu"], (given["credibility_for"], given["credibility_against"])
    n_runs, n = base_for.shape
    side, held, share = np.zeros((n_runs, n), np.int8), np.zeros((n_runs, n)), np.zeros((n_runs, n))
    member = (fixed == 1).astype(int) - (fixed == -1)
    side[:] = member
    held[:] = np.where(member > 0, powers[0], np.where(member < 0, powers[1], 0.0))
    alone = [powers[0][member > 0].sum(), powers[1][member < 0].sum()]
    totals = [np.full(n_runs, alone[0]), np.full(n_runs, alone[1])]
    free = fixed == 0
    willing = given["willing_for"] & free, given["willing_against"] & free
    hoped = [alone[s] + powers[s][willing[s]].sum() for s in (0, 1)]
    lean = np.tile(pulls @ member, (n_runs, 1))

    def win(x, y):
        x, y = np.maximum(x, 0.0) ** mu, np.maximum(y, 0.0) ** mu
        return x / (x + y)

    p_alone = win(alone[0], alone[1]), win(alone[1], alone[0])
    live = np.arange(n_runs)
    for _ in range(given["max_passes"]):
        changed = np.zeros(n_runs, bool)
        for i in given["order"]:
            if not free[i]:
                continue
            own = [totals[s][live] - np.where(side[live, i] == (1, -1)[s], held[live, i], 0.0) for s in (0, 1)]
            best = np.zeros(len(live))
            course, chosen = np.zeros(len(live), np.int8), np.zeros(len(live))
            for s, base, cost, threat in (
                (0, base_for, given["cost_for"], given["threat_from_aggressor"]),
                (1, base_against, given["cost_against"], given["threat_from_target"]),
            ):
                expected = credible[s] * (hoped[s] - willing[s][i] * powers[s][i]) + (1.0 - credible[s]) * own[s]
                pledged = shares * powers[s][i]
                rival = own[1 - s][:, None]
                utility = (base[live, i] + (1, -1)[s] * given["pull"] * lean[live, i])[:, None]
                utility = utility + given["security"] * threat[i] * (
                    win(own[s][:, None] + pledged, rival) - win(own[s], own[1 - s])[:, None]
                )
                utility += (
                    given["assurance"] * (win(expected[:, None] + pledged, rival) - p_alone[s]) - cost[i] * shares
                )
                at = utility.argmax(axis=1)
                top = utility[np.arange(len(live)), at]
                better = top > best
                best = np.where(better, top, best)
                course, chosen = np.where(better, (1, -1)[s], course), np.where(better, shares[at], chosen)
            step = course - side[live, i]
            moved = (step != 0) | (chosen != share[live, i])
            changed[live] |= moved
            rows = live[step != 0]
            lean[rows] += step[step != 0][:, None] * pulls[:, i]
            side[live, i], share[live, i] = course, chosen
            held[live, i] = chosen * np.where(course > 0, powers[0][i], powers[1][i])
            for s in (0, 1):
                totals[s][live] = own[s] + np.where(course == (1, -1)[s], held[live, i], 0.0)
        live = live[changed[live]]
        if not len(live):
            break
    return side


@numba.njit(error_model="numpy")
def powers_in_turn(n, mu):
    """n powers in pairs, as a course takes them, each pair after the last, and nothing else."""
    kept = 0.0
    for r in range(n // 2):
        x = 0.3 + 1e-6 * r + 1e-300 * kept
        kept = power(x, mu) + power(x + 0.1, mu)
    return kept


@numba.njit(error_model="numpy")
def answers_in_turn(n, mu):
    """n powers in pairs, each pair with the three odds made of it, the sum of terms and the comparison; each answer after the last."""
    kept = 0.0
    for r in range(n // 2):
        own = np.int64((0.3 + 1e-6 * r) * GRAIN) + np.int64(1e-300 * kept)
        x = own * ONE_GRAIN
        first, second, now = power(x, mu), power(x + 0.1, mu), 0.5 + 1e-300 * kept
        utility = 0.1 + (win(first, 0.4) - win(now, 0.4)) + (win(second, 0.4) - 0.3) - 0.1
        kept = first if utility > 0.0 else second
    return kept


@numba.njit(error_model="numpy")
def bare_changes(n, lean, weight):
    """n states that change sides, as everybody's lean is told of it, and nothing else."""
    for r in range(n):
        shift_lean(lean, weight, 37 * r % len(lean), 1)


@numba.njit(error_model="numpy")
def bare_powers(n, mu):
    """n powers in pairs that wait for nothing."""
    kept = 0.0
    for r in range(n // 2):
        kept += power(0.3 + 1e-6 * r, mu) + power(0.4 + 1e-6 * r, mu)
    return kept


@numba.njit(error_model="numpy")
def bare_triples(n, a, b, c, d, out):
    """The products, the division and the sums of n^3 triples, and nothing else."""
    for t in range(n):
        row = out[t]
        for i in range(n):
            x, y, z = a[i, t], b[i, t], c[i, t]
            for k in range(n):
                p, q = x * c[i, k], y * d[i, k]
                part = z / (1.0 + p + q)
                row[k] += (p + q) * part


@numba.njit(nogil=True)
def draw_rows(draws, disposition, first, second):
    for k in range(draws):
        normal_row(1, 2, 3, 4, 4 * k, disposition[k])
        logistic_row(1, 2, 3, 4, 4 * k + 1, first[k])
        logistic_row(1, 2, 3, 4, 4 * k + 2, second[k])


@numba.njit(nogil=True)
def add_rows(base_for, base_against, disposition, first, second, out_for, out_against):
    for k in range(len(disposition)):
        for i in range(len(base_for)):
            out_for[k, i] = base_for[i] + disposition[k, i] + first[k, i]
            out_against[k, i] = base_against[i] - disposition[k, i] + second[k, i]


@numba.njit(nogil=True)
def bare_steps(n):
    """n dependent multiplications, to see what a second thread is worth on this machine now."""
    x = 1.0
    for _ in range(n):
        x = x * 1.0000001 + 1e-9
    return x


def bench_random(quick):
    """Draws beside NumPy's own."""
    n = 20_000 if quick else 200_000
    out = np.empty(n)
    generator = np.random.Generator(np.random.Philox(1))
    own, theirs, normal, logistic = median_seconds(
        lambda: uniform_row(1, 2, 3, 4, 5, out),
        lambda: generator.random(out=out),
        lambda: normal_row(1, 2, 3, 4, 5, out),
        lambda: logistic_row(1, 2, 3, 4, 5, out),
    )
    return {
        "uniform_ns": own / n * 1e9,
        "numpy_uniform_ns": theirs / n * 1e9,
        "normal_ns": normal / n * 1e9,
        "logistic_ns": logistic / n * 1e9,
    }


def bench_cascade(quick):
    """Cascade of 10,000 runs x 200 states, one thread."""
    n_runs = 200 if quick else 10_000
    rng = np.random.default_rng(1)
    base = rng.logistic(-1.0, 1.0, (n_runs, N_STATES))
    affinity, capability = rng.uniform(-1.0, 1.0, N_STATES), rng.dirichlet(np.ones(N_STATES))
    fixed, side = np.zeros(N_STATES, np.int8), np.zeros((n_runs, N_STATES), np.int8)

    def own():
        side[:] = 0
        return cascade_batch(base, affinity, capability, 6.0, fixed, 20, side)

    rounds = own().mean()
    some = min(100, n_runs)
    lists, a, c = base[:some].tolist(), affinity.tolist(), capability.tolist()
    seconds, in_python, in_numpy = median_seconds(
        own,
        lambda: [cascade_in_python(row, a, c, 6.0, 20) for row in lists],
        lambda: cascade_in_numpy(base, affinity, capability, 6.0, 20),
        repeats=5,
    )
    in_python *= n_runs / some
    assert (side == cascade_in_numpy(base, affinity, capability, 6.0, 20)).all()
    assert [cascade_in_python(row, a, c, 6.0, 20) for row in lists[:5]] == side[:5].tolist()
    return {
        "ms": seconds * 1e3,
        "rounds": rounds,
        "x_python": in_python / seconds,
        "x_numpy": in_numpy / seconds,
        "ns_per_state_round": seconds / (n_runs * N_STATES * rounds) * 1e9,
    }


def bench_game(quick):
    """Best-response game of 10,000 runs x 200 states, one thread and two."""
    n_runs = 100 if quick else 10_000
    given = coalition_batch(n_runs, N_STATES, 1)
    side, share = np.zeros((n_runs, N_STATES), np.int8), np.zeros((n_runs, N_STATES))
    passes = game_batch(*given.values(), side, share)[0]
    some, counted, block = (3, 20, n_runs) if quick else (12, 400, 500)
    counts = {"powers": 0, "evaluations": 0, "changes": 0}
    sides = [game_in_python(given, given["base_for"][r], given["base_against"][r], counts) for r in range(counted)]
    assert sides == side[:counted].tolist()
    bases = given["base_for"][:block], given["base_against"][:block]
    assert (game_in_numpy(given, *bases) == side[:block]).mean() > 0.9999
    rows = [(given["base_for"][r].tolist(), given["base_against"][r].tolist()) for r in range(some)]
    n_powers, n_changes, lean = 84_000, 20_000, np.zeros(N_STATES, np.int64)
    seconds, in_python, in_numpy, in_turn, answers, changes, bare = median_seconds(
        lambda: game_batch(*given.values(), side, share),
        lambda: [game_in_python(given, *row, counts.copy()) for row in rows],
        lambda: game_in_numpy(given, *bases),
        lambda: powers_in_turn(n_powers, 0.35),
        lambda: answers_in_turn(n_powers, 0.35),
        lambda: bare_changes(n_changes, lean, given["weight"]),
        lambda: bare_powers(n_powers, 0.35),
        repeats=5,
    )
    in_python, in_numpy = in_python * n_runs / some, in_numpy * n_runs / block
    ns_in_turn, ns_per_power = in_turn / n_powers * 1e9, bare / n_powers * 1e9
    powers, evaluations = counts["powers"] / counted, counts["evaluations"] / counted
    whole = passes.mean() * (N_STATES - 3)
    ns = seconds / n_runs * 1e9
    in_answers = powers * answers / n_powers * 1e9
    in_changes = counts["changes"] / counted * changes / n_changes * 1e9
    return {
        "us_per_game": ns / 1e3,
        "passes": passes.mean(),
        "x_python": in_python / seconds,
        "x_numpy": in_numpy / seconds,
        "ns_per_power": ns_per_power,
        "ns_per_power_in_turn": ns_in_turn,
        "powers_per_evaluation": powers / evaluations,
        "ns_per_evaluation": ns / evaluations,
        "floor_ns_per_evaluation": powers / evaluations * ns_in_turn,
        "x_floor": ns / (powers * ns_in_turn),
        "x_floor_without_waiting": ns / (powers * ns_per_power),
        "ns_in_answers": in_answers / evaluations,
        "ns_in_changes": in_changes / evaluations,
        "ns_in_the_rest": (ns - in_answers - in_changes) / evaluations,
        "ns_per_state_and_pass": ns / whole,
        "powers_of_the_rule_per_evaluation": 20.0,
        "floor_of_the_rule_ns": 20 * ns_per_power,
        "x_floor_of_the_rule": ns / evaluations / (20 * ns_per_power),
    }


def bench_threads(quick):
    """Two threads over blocks of runs that fit in cache, against one; bare: the same for a loop that touches no memory."""
    n_runs = 40 if quick else 400
    given = coalition_batch(n_runs, N_STATES, 2)
    side, share = np.zeros((n_runs, N_STATES), np.int8), np.zeros((n_runs, N_STATES))
    half = n_runs // 2

    def play(rows):
        block = given | {"base_for": given["base_for"][rows], "base_against": given["base_against"][rows]}
        game_batch(*block.values(), side[rows], share[rows])

    steps = 100_000 if quick else 8_000_000
    bare_steps(1)
    with ThreadPoolExecutor(2) as pool:
        play(slice(None))
        first = side.copy()
        alone, paired, one, two = median_seconds(
            lambda: bare_steps(steps),
            lambda: list(pool.map(bare_steps, (steps // 2, steps // 2))),
            lambda: play(slice(None)),
            lambda: list(pool.map(play, (slice(0, half), slice(half, None)))),
            repeats=15,
            clock=time.perf_counter,
        )
    assert (first == side).all()
    return {"one_ms": one * 1e3, "two_ms": two * 1e3, "x_one": one / two, "x_one_bare": alone / paired}


def bench_fused(quick):
    """Draws, utilities and game in one call, against the sum of the parts measured alone."""
    draws = 16 if quick else 256
    given = coalition_instance(N_STATES, 3)
    shape = (draws, N_STATES)
    disposition, first, second, for_, against = (np.empty(shape) for _ in range(5))
    side, share = np.zeros(shape, np.int8), np.zeros(shape)
    bases = given["base_for"], given["base_against"]
    draw_rows(draws, disposition, first, second)
    add_rows(*bases, disposition, first, second, for_, against)
    drawn = given | {"base_for": for_, "base_against": against}
    fused, draw, add, play = median_seconds(
        lambda: coalition_forecast(1, 2, draws, 3, 4, 1.0, -1.0, *given.values()),
        lambda: draw_rows(draws, disposition, first, second),
        lambda: add_rows(*bases, disposition, first, second, for_, against),
        lambda: game_batch(*drawn.values(), side, share),
        repeats=15,
    )
    return {
        "fused_ms": fused * 1e3,
        "draw_ms": draw * 1e3,
        "utilities_ms": add * 1e3,
        "game_ms": play * 1e3,
        "x_sum_of_parts": fused / (draw + add + play),
    }


def bench_scan(quick):
    """All dyads of a 200-state world, one year."""
    n = 40 if quick else N_STATES
    rng = np.random.default_rng(4)
    given = (
        rng.dirichlet(np.ones(n)), rng.uniform(100, 9000, (n, n)), np.ones((n, n)), rng.random((n, n)) < 0.05, 5000.0,
        rng.uniform(-1, 1, (n, n)), rng.normal(-3, 1, n), 1.5, 2.0, np.zeros((n, n)), np.zeros((n, n)), 0.35, 1.0, 0.2,
    )  # fmt: skip
    tables = [rng.random((n, n)) for _ in range(4)]
    seconds, floor = median_seconds(lambda: scan_dyads(*given), lambda: bare_triples(n, *tables, np.zeros((n, n))))
    return {
        "ms": seconds * 1e3,
        "ns_per_triple": seconds / n**3 * 1e9,
        "floor_ms": floor * 1e3,
        "x_floor": seconds / floor,
    }


BENCHES = {
    "random": bench_random,
    "cascade": bench_cascade,
    "game": bench_game,
    "threads": bench_threads,
    "fused": bench_fused,
    "scan": bench_scan,
}
AIMS = {
    ("cascade", "x_python"): "at least 45",
    ("cascade", "x_numpy"): "at least 7",
    ("game", "x_python"): "at least 8",
    ("game", "x_numpy"): "at least 8",
    ("game", "x_floor"): "aim 2",
    ("threads", "x_one"): "at least 1.5",
    ("fused", "x_sum_of_parts"): "at most 1.2",
}


def main(arguments=None):
    """Run the benchmarks, print each figure with its aim, and save them if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small sizes, for a look")
    parser.add_argument("--only", choices=BENCHES, action="append", help="one benchmark")
    parser.add_argument("--json", type=pathlib.Path, help="file to save to")
    chosen = parser.parse_args(arguments)
    results = {}
    for name in chosen.only or BENCHES:
        results[name] = {key: float(value) for key, value in BENCHES[name](chosen.quick).items()}
        print(f"{name}: {BENCHES[name].__doc__}")
        for key, value in results[name].items():
            aim = AIMS.get((name, key))
            digits = max(0, 3 - math.ceil(math.log10(value))) if value > 0.0 else 3
            print(f"  {key:26s} {value:10.{min(digits, 4)}f}" + (f"   ({aim})" if aim else ""))
    if chosen.json:
        chosen.json.parent.mkdir(parents=True, exist_ok=True)
        chosen.json.write_text(json.dumps(results, indent=2) + "\n")
    return results


if __name__ == "__main__":
    main()
