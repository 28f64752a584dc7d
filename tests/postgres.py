"""A PostgreSQL server of the tests' own: a cluster in a temporary folder, which only this machine can reach."""

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "s3cr3t-of-the-tests"


def find_programs():
    """Return the folder of the server's programs, the newest; None where it is not installed."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parents[1].name))
    there = [*debian, *([Path(found)] if (found := shutil.which("initdb")) else [])]
    return there[-1].parent if there else None


def needs():
    """Return why there is no server to test with; empty where there is one."""
    if not find_programs():
        return "no PostgreSQL server on this machine (Debian: apt install postgresql)"
    return "runuser is needed to start PostgreSQL, which refuses root" if os.getuid() == 0 and not shutil.which("runuser") else ""


@dataclass
class Cluster:
    """A running server."""

    folder: Path
    port: int

    def address(self, more=""):
        """Return the address of its database, without a password."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres{more}"

    def connect(self):
        """Connect as its owner."""
        import psycopg

        return psycopg.connect(self.address(), password=PASSWORD, autocommit=True)

    def run(self, sql):
        """Run statements."""
        with self.connect() as connection:
            connection.execute(sql)

    def start(self):
        """Start it, and wait until it answers."""
        options = f"-F -p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder}"
        self._call("pg_ctl", "-w", "-l", self.folder / "log", "-o", options, "start")

    def stop(self):
        """Kill it: whoever is connected loses the connection."""
        self._call("pg_ctl", "-m", "immediate", "-w", "stop")

    def _call(self, program, *arguments):
        as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*as_user, find_programs() / program, "-D", self.folder / "data", *arguments]
        subprocess.run(list(map(str, command)), check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextmanager
def start_cluster():
    """Start a server; it ends with the block, and nothing of it is left."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        cluster = Cluster(folder, asked.getsockname()[1])
    secret = folder / "password"
    secret.write_text(PASSWORD)
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
        shutil.chown(secret, "postgres")
    try:
        cluster._call("initdb", "-N", "-U", "postgres", "-E", "UTF8", "--locale=C", "-A", "scram-sha-256", "--pwfile", secret)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
