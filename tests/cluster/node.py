"""A cluster of one node on the loopback interface: munge, MariaDB, slurmdbd, slurmctld, slurmd, and no init system.

    python tests/cluster/node.py up FOLDER      then: export SLURM_CONF=FOLDER/slurm.conf
    python tests/cluster/node.py down FOLDER

Everything it makes stands in FOLDER. Debian and Ubuntu: apt-get install slurm-wlm munge slurmdbd mariadb-server.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

TOOLS = ("munged", "mariadbd", "mariadb-install-db", "slurmdbd", "slurmctld", "slurmd", "sbatch", "sacct")
SECONDS = 60.0
CONTROL, NODE, ACCOUNTS = 26817, 26818, 26819

SLURM = """\
ClusterName=loop
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.sock
CredType=cred/munge
SlurmctldPort={control}
SlurmdPort={node}
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_min_interval=100000
MaxArraySize={array}
KillWait=5
MinJobAge=300
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort={accounts}
AccountingStoragePass=socket={folder}/munge.sock
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/none
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory} State=UNKNOWN
PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""

ACCOUNTING = """\
AuthType=auth/munge
AuthInfo=socket={folder}/munge.sock
DbdHost={host}
DbdAddr=127.0.0.1
DbdPort={accounts}
SlurmUser=root
PidFile={folder}/slurmdbd.pid
LogFile={folder}/slurmdbd.log
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=root
StorageLoc=slurm_acct
"""


def missing() -> list[str]:
    """What this machine lacks to be a cluster."""
    tools = [tool for tool in TOOLS if shutil.which(tool) is None]
    return [*tools, *(() if os.geteuid() == 0 else ("the right to be root",))]


@dataclass(frozen=True)
class Node:
    """A controller, its accounting and one compute node.

    Attributes
    ----------
    folder : Path
        Configuration, keys, state and logs.
    longest_array : int
        MaxArraySize.
    """

    folder: Path
    longest_array: int = 11

    @property
    def environment(self) -> dict[str, str]:
        return {"SLURM_CONF": str(self.folder / "slurm.conf"), "MYSQL_UNIX_PORT": str(self.folder / "db.sock")}

    def call(self, *command: str) -> str:
        """Return what a client says."""
        done = subprocess.run(
            command, env=os.environ | self.environment, capture_output=True, text=True, check=False, timeout=SECONDS
        )
        return done.stdout.strip()

    def start(self) -> None:
        """Start every daemon and wait until the node is idle."""
        for name in ("", "spool", "state"):
            (self.folder / name).mkdir(mode=0o755, parents=True, exist_ok=True)
        self._write()
        self._munge()
        self._database()
        self._daemon("slurmdbd")
        self._until("slurmdbd answers", lambda: _answers(ACCOUNTS))
        self._daemon("slurmctld", "-c")
        self._daemon("slurmd")
        self._until("the node is idle", lambda: self.call("sinfo", "--noheader", "--format", "%t") == "idle")

    def stop(self) -> None:
        """End what `start` began, the node first."""
        self.call("scancel", "--user", "root")
        for name in ("slurmd", "slurmctld", "slurmdbd", "mariadb", "munged"):
            with contextlib.suppress(OSError, ValueError):
                pid = int((self.folder / f"{name}.pid").read_text())
                os.kill(pid, signal.SIGTERM)
                self._until(f"{name} has ended", lambda pid=pid: not _runs(pid))

    def _write(self) -> None:
        found = subprocess.run(["slurmd", "-C"], capture_output=True, text=True, check=True).stdout
        facts = {
            "folder": self.folder,
            "host": socket.gethostname().split(".")[0],
            "cpus": re.search(r"CPUs=(\d+)", found)[1],
            "memory": re.search(r"RealMemory=(\d+)", found)[1],
            "array": self.longest_array,
            "control": CONTROL,
            "node": NODE,
            "accounts": ACCOUNTS,
        }
        (self.folder / "slurm.conf").write_text(SLURM.format(**facts))
        (self.folder / "slurmdbd.conf").touch(mode=0o600)
        (self.folder / "slurmdbd.conf").write_text(ACCOUNTING.format(**facts))

    def _munge(self) -> None:
        key = self.folder / "munge.key"
        key.touch(mode=0o600)
        key.write_bytes(secrets.token_bytes(1024))
        files = {"key-file": "munge.key", "socket": "munge.sock", "pid-file": "munged.pid", "log-file": "munged.log"}
        options = [f"--{name}={self.folder / file}" for name, file in (files | {"seed-file": "munge.seed"}).items()]
        self._daemon("munged", "--force", *options)

    def _database(self) -> None:
        data, sock = self.folder / "db", self.folder / "db.sock"
        asked = ["--no-defaults", "--user=root", f"--datadir={data}"]
        if not data.exists():
            self._daemon("mariadb-install-db", *asked, "--auth-root-authentication-method=socket")
        running = [f"--socket={sock}", "--skip-networking", f"--pid-file={self.folder}/mariadb.pid"]
        self._daemon("setsid", "--fork", "mariadbd", *asked, *running, "--innodb-lock-wait-timeout=900")
        ping = ["mariadb-admin", "--no-defaults", "-S", str(sock), "ping"]
        self._until("the database answers", lambda: "alive" in self.call(*ping))

    def _daemon(self, *command: str) -> None:
        """Run what puts itself into the background, or ends."""
        with (self.folder / f"{command[0]}.out").open("w") as out:
            subprocess.run(
                command, env=os.environ | self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                check=True, timeout=SECONDS,
            )  # fmt: skip

    def _until(self, what: str, true) -> None:
        deadline = time.monotonic() + SECONDS
        while not true():
            if time.monotonic() > deadline:
                tails = [f"{f.name}: {f.read_text(errors='replace')[-600:]}" for f in sorted(self.folder.glob("*.log"))]
                raise TimeoutError("\n".join([f"waited {SECONDS:.0f} s until {what}", *tails]))
            time.sleep(0.1)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1.0).close()
    except OSError:
        return False
    return True


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


if __name__ == "__main__":
    action, folder = sys.argv[1:]
    node = Node(Path(folder).absolute(), longest_array=1001)
    node.start() if action == "up" else node.stop()
    print(f"export SLURM_CONF={folder}/slurm.conf" if action == "up" else "down")
