"""A mistake is one line that names what, the value, what is allowed and the nearest name; nothing is written."""

import pytest

from sim.cli import run
from sim.guard import guarded

SET = [
    # unknown keys, groups and options
    ("behaviour.a_nrom=1", "unknown key behaviour.a_nrom; did you mean a_norm?"),
    ("+behaviour.a_nrom=1", "unknown key behaviour.a_nrom; did you mean a_norm?"),
    ("++behaviour.war.fort=1", "unknown key behaviour.war.fort; did you mean forts?"),
    ("arangement=league", "unknown key arangement; did you mean arrangement?"),
    ("+runz=10", "unknown key runz; did you mean runs?"),
    ("arrangement=leage", "arrangement=leage is not one of", "did you mean league?"),
    ("scenario=abysinia", "scenario=abysinia is not one of", "did you mean abyssinia_1935?"),
    ("arrangement=./nowhere.yaml", "arrangement=./nowhere.yaml is no file"),
    ("arrangement=null", "arrangement takes one option", "league"),
    # wrong types
    ("runs=many", "runs='many' must be a whole number"),
    ("runs=2.5", "runs=2.5 must be a whole number"),
    ("runs=true", "runs=True must be a whole number"),
    ("behaviour.mechanisms.sanctions=maybe", "behaviour.mechanisms.sanctions='maybe' must be true or false"),
    ("scenario.aggressors=ITA", "scenario.aggressors='ITA' must be a list of text"),
    ("behaviour.war=3", "behaviour.war must be a group of keys, got 3"),
    ("aggression=frced", "aggression='frced' is not one of computed | forced; did you mean forced?"),
    ("record.name=all", "record.name='all' is not one of summary | events | full"),
    ("record.positions=sample:2", "record.positions='sample:2' must be none, organ, all or sample:p"),
    # out of range
    ("runs=0", "runs=0 is out of range: a whole number from 1 to"),
    ("behaviour.a_norm=-1", "behaviour.a_norm=-1 is out of range: a number from 0 to 100 [logits]"),
    ("behaviour.a_norm=nan", "behaviour.a_norm=nan is out of range"),
    ("behaviour.a_norm=inf", "behaviour.a_norm=inf is out of range"),
    (f"behaviour.a_norm={'9' * 400}", "is out of range: a number from 0 to 100 [logits]"),
    (f"runs={'9' * 400}", "is out of range: a whole number from 1 to"),
    (f"runs={'9' * 5000}", "cannot read 'runs=999", "digits"),
    ("horizon_days=0", "horizon_days=0 is out of range: a number above 0 and at most 36500 [days] is allowed"),
    ("world.states.ITA.capability=2", "world.states.ITA.capability=2 is out of range", "from 0 to 1"),
    ("arrangement.organ.rule.quotas=[{share: nan}]", "arrangement.organ.rule.quotas[0].share=nan is out of range"),
    ("behaviour.war.start=6", "behaviour.war.start=6 is not before the end of the front", "behaviour.war.forts=6"),
    ("study=..", "study='..' must be a name"),
    ("study='a b'", "study='a b' must be a name"),
    ("scenario.date=yesterday", "scenario.date='yesterday' must be a date such as 1935-10-03"),
    # states and parts that do not fit
    ("scenario.targets=[ETHH]", "scenario.targets='ETHH' is not a state of world 'abyssinia_1935'; did you mean ETH?"),
    ("scenario.aggressors=[]", "scenario.aggressors is empty"),
    ("scenario.targets=[ITA]", "ITA is both aggressor and target"),
    ("world.states.ITY.capability=.1", "world.states.ITY is not a state of world 'abyssinia_1935'"),
    ("arrangement.organ.kind=none", "needs an organ; arrangement.organ.kind is none"),
    # grammar, and what a configuration may not do
    ("runs", "cannot read 'runs' as key=value"),
    ("arrangement.title=a[b", "cannot read 'arrangement.title=a[b' as key=value"),
    ("runs=1,2", "runs=1,2 gives several values; add -m"),
    ("study=${nothing}", "'nothing' not found"),
    ("arrangement._target_=os.system", "a configuration cannot run code"),
    ("hydra.run.dir=elsewhere", "keys of hydra are not settings of a study"),
    ("~behaviour", "missing key behaviour"),
    ("~scenario", "missing key scenario: every run has one; it offers abyssinia_1935"),
    # what would count twice, or cannot be
    ("scenario.aggressors=[ITA,ITA]", "scenario.aggressors names 'ITA' twice"),
    ("scenario.absent=[ALB,ALB]", "scenario.absent names 'ALB' twice"),
    ("scenario.insiders=[USX]", "scenario.insiders='USX' is not a state of world 'abyssinia_1935'; did you mean USA?"),
    ("world.states.ITA.ideal=[]", "world.states.ITA.ideal has 0 numbers; 1 to 3 dimensions"),
    ("world.states.ITA.ideal=[0,0,0,0]", "world.states.ITA.ideal has 4 numbers"),
    ("arrangement.fallback.since=soon", "arrangement.fallback.since='soon' must be a date such as 1950-11-03"),
    ("arrangement.name=''", "arrangement.name is empty"),
    ("arrangement.name=/tmp/x", "arrangement.name='/tmp/x' cannot stand in the name of a study", "study="),
]
PAIRS = [
    (
        ["arrangement.organ.rule.veto=listed", "arrangement.organ.rule.veto_states=[USA]"],
        "arrangement.organ.rule.veto_states='USA' is no member of 'league' in world 'abyssinia_1935'",
    ),
    (
        [
            "arrangement.membership.rule=list",
            "arrangement.membership.states=[UKG,FRN]",
            "arrangement.organ.rule.veto_states=[FRA]",
        ],
        "arrangement.organ.rule.veto_states='FRA' is no member of 'league'; did you mean FRN?",
    ),
    (
        ["scenario.outsiders=[USA]", "scenario.insiders=[USA]"],
        "scenario.insiders=USA is among scenario.outsiders too",
    ),
    (["-m", "arrangement=league,leage"], "arrangement=leage is not one of"),
    (["-m", "arrangement=league,ideal", "behaviour.a_norm=1,-1"], "behaviour.a_norm=-1 is out of range"),
    (["-m", "record=events,full", "study=s"], "record is the same for all cells of a study"),
    (["--config-dir", "nowhere"], "--config-dir nowhere is no directory"),
    (["study=1.5"], """quote a name that looks like a number or a truth: 'study="1.5"'"""),
    (["study=a=b"], "cannot read 'study=a=b' as key=value"),
    (["study=a,b"], """quote it: 'study="a,b"'"""),
    (["-m", "workers=1,2", "study=s"], "give each its own: 'study=NAME-${workers}'"),
    (["stop.max_runs=4"], "stop.max_runs= says nothing without stop.half_width="),
    (["stop={on: attempted}"], "stop= says nothing without stop.half_width="),
    (["stop={half_width: 0.1}", "runs=5"], "runs= and stop.half_width= exclude each other"),
    (["stop.half_width=0"], "a number above 0 and at most 0.5 is allowed"),
    (["stop.half_width=0.1", "stop.on=run"], "stop.on='run' tells crises apart and is no outcome"),
    (["-m", "stop.half_width=0.1,0.2", "study=s"], "give each its own: 'study=NAME-${stop.half_width}'"),
    (["-m", "stop.half_width=0.1", "stop.max_runs=8,9", "study=s"], "'study=NAME-${stop.max_runs}'"),
    (["-m", "stop.half_width=0.1", "stop.on=attempted,gain:kept", "study=s"], "one command and study= for each"),
    (["-m", "arm=a,b"], "arms 'a' and 'b' are the same cell: they differ in nothing that decides results"),
    (["-m", "arrangement=glob(zz*)"], "arrangement=glob(zz*) stands for no value at all; it offers"),
    (["-m", "behaviour.a_norm=range(0,5,0)"], "cannot read 'behaviour.a_norm=range(0,5,0)': range() arg 3 must not be"),
    (["-m", "behaviour.a_norm=range(0,1e9)"], "a sweep has 100,000 cells at most"),
    (
        ["-m", "seed=range(0,1000)", "horizon_days=range(1,1000)"],
        "a sweep has 100,000 cells at most; the longest of its lists is that of seed",
    ),
    (["--frobnicate"], "unrecognized arguments: --frobnicate; see covenant --help"),
    (["--config-name=other"], "--config-name is not offered"),
]


def told(capsys, arguments):
    code = guarded(lambda: run(arguments))
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1, err
    assert "Traceback" not in err
    return code, err


@pytest.fixture(autouse=True)
def _untouched(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COVENANT_CONF", "")  # so that what --config-dir adds to it is taken back
    for name in ("COVENANT_OUTPUTS", "COVENANT_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    yield
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("case", SET, ids=lambda case: case[0])
def test_one_setting(case, capsys):
    code, err = told(capsys, [case[0]])
    for words in case[1:]:
        assert words in err
    assert code == 2


@pytest.mark.parametrize(("arguments", "words"), PAIRS, ids=lambda v: " ".join(v) if isinstance(v, list) else None)
def test_several(arguments, words, capsys):
    code, err = told(capsys, arguments)
    assert words in err
    assert code == 2


def test_a_scenario_whose_target_its_world_lacks(capsys, tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "atlantis.yaml"
    path.write_text("{name: atlantis, title: t, date: '1935-10-03', aggressors: [ITA], targets: [ATL]}")
    code, err = told(capsys, [f"scenario={path}", "world=abyssinia_1935"])
    assert "scenario.targets='ATL' is not a state of world 'abyssinia_1935'" in err
    assert code == 2


def test_a_scenario_without_a_world(capsys, tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "atlantis.yaml"
    path.write_text("{name: atlantis, title: t, date: '1935-10-03', aggressors: [ITA], targets: [ETH]}")
    code, err = told(capsys, [f"scenario={path}"])
    assert "has no states" in err and "world=" in err and "abyssinia_1935" in err
    assert code == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: a\nname: b\n", "line 2: key name is given twice"),
        ("name: [a\n", "mine.yaml line 2: "),
        ("- a\n- b\n", "must hold keys and values, not a list"),
        ("name: m\ntitle: t\n_target_: os.system\n", "line 3: no key may be _target_"),
        ("name: m\ntitle: t\nx: !!python/object/apply:os.system [ls]\n", "line 3: could not determine a constructor"),
        ("name: m\ntitle: t\ncoverz: any\n", "unknown key arrangement.coverz; did you mean covers?"),
        ("title: t\n", "missing key arrangement.name (name of the arrangement)"),
        ("name: m\n? [a, b]\n: c\n", "line 2: a key must be plain text"),
        ("name: &a [*a]\n", "mine.yaml has more than 50 levels"),
        (f"name: {'[' * 90}{']' * 90}\n", "mine.yaml has more than 50 levels"),
        ("name: m\ntitle: t\ncredibility: .nan\n", "arrangement.credibility=nan is out of range"),
        (f"name: m\ntitle: t\ncredibility: {'9' * 400}\n", "is out of range: a number from 0 to 1"),
        (f"name: m\ntitle: t\ncredibility: {'9' * 5000}\n", "is not readable as YAML: Exceeds the limit"),
        ("name: m\ntitle: t\ncredibility: !!float half\n", "is not readable as YAML: could not convert"),
        ("name: m\ntitle: t\ncredibility: 0x_\n", "is not readable as YAML: invalid literal"),
    ],
)
def test_a_file_of_ones_own(text, words, capsys, tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "mine.yaml"
    path.write_text(text)
    code, err = told(capsys, [f"arrangement={path}"])
    assert words in err
    assert code == 2


def test_a_file_in_ones_own_directory_may_not_hide_a_shipped_one(capsys, tmp_path_factory):
    directory = tmp_path_factory.mktemp("own")
    (directory / "arrangement").mkdir()
    (directory / "arrangement" / "league.yaml").write_text("{name: league, title: mine}")
    code, err = told(capsys, ["--config-dir", str(directory)])
    assert "has the name of a shipped arrangement; give it a name of its own" in err
    assert code == 2
