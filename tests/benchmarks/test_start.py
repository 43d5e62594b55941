"""How long a study takes to meet its first crisis, with compiled kernels kept from before; no time is asserted.

The processes of a command tell themselves when a run begins its crises and when the run ends: a module that Python imports as
it starts, before any of the program, waits for `sim.run` and looks on.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.soak
TOP, AIM = Path(__file__).resolve().parents[2], 1.5
COMMANDS = {
    "one run, in the command's own process": ("scenario=abyssinia_1935", "runs=1"),
    "the default study, in workers": ("scenario=abyssinia_1935",),
}
LOOKS_ON = """
import sys
import time
from importlib.machinery import PathFinder

class LooksOn:
    def find_spec(self, name, path=None, target=None):
        if name != "sim.run":
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            begin, finish = module.begin, module.finish

            def begin_and_tell(*given):
                history = begin(*given)
                tell("begins")
                return history

            def finish_and_tell(history):
                module.begin, module.finish = begin, finish
                state = finish(history)
                tell("ends")
                return state

            module.begin, module.finish = begin_and_tell, finish_and_tell

        spec.loader.exec_module = exec_module
        return spec

def tell(what):
    with open({told!r}, "a") as file:
        file.write(f"{{what}} {{time.time()}} {{time.process_time()}}\\n")

sys.meta_path.insert(0, LooksOn())
"""


def times(folder, number, arguments):
    """Seconds until the first run begins its crises, until it ends, and until the command has ended; of a processor, in its own process."""
    told = folder / f"told-{number}"
    (folder / "sitecustomize.py").write_text(LOOKS_ON.format(told=str(told)))
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": f"{folder}{os.pathsep}{TOP}", "COVENANT_OUTPUTS": str(folder)}
    began = time.time()
    command = [sys.executable, "-c", "from sim.cli import main; main()", *arguments, f"study=s{number}"]
    process = subprocess.Popen(
        command, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    assert process.wait() == 0
    ended = time.time() - began
    rows = [line.split() for line in told.read_text().splitlines()]
    first = {what: min((float(at), float(used)) for w, at, used in rows if w == what) for what in ("begins", "ends")}
    return first["begins"][0] - began, first["ends"][0] - began, ended, first["begins"][1]


def test_first_crisis(tmp_path):
    n = 0
    for what, arguments in COMMANDS.items():
        times(tmp_path, n := n + 1, (*arguments, "runs=1"))
        found = [times(tmp_path, n := n + 1, arguments) for _ in range(5)]
        begins, ends, whole, used = (statistics.median(column) for column in zip(*found, strict=True))
        print(
            f"\n{what}: meets its first crisis after {begins:.2f} s (aim {AIM}), its first run is over after {ends:.2f} s,"
        )
        print(f"  the command after {whole:.2f} s; the process of that run had used {used:.2f} s of a processor")
        assert begins <= ends <= whole
