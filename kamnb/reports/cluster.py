"""The same run on many machines: reports made by the workers of a dask cluster, written here."""

import contextlib
import io
import pickle
import shutil
import tempfile
import threading
import time
import uuid
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from kamnb.analysis import Analysis
from kamnb.data.saving import write_whole
from kamnb.errors import ReportError, SettingsError
from kamnb.places import notebooks_folder
from kamnb.reports.causes import digest_package
from kamnb.reports.crew import Crew, Limits
from kamnb.reports.folder import MADE
from kamnb.reports.worker import Job, Outcome, Template

_WAIT = 15  # seconds for the scheduler to answer
_LOOK = 2  # seconds between two looks at the cluster while it makes a report
_TRIES = 3  # as often as dask itself has a report made whose worker was killed
_ABSENT = 60  # seconds for a worker to come back, where none is left: dask starts those anew that were killed


@dataclass(frozen=True)
class Shipment:
    """What a worker needs once: the notebook, the analysis with its tables, and what the crew is made with."""

    name: str
    template: Template
    notebook: bytes
    limits: Limits
    warm: bool
    asked: tuple[str, ...]
    account: str
    analysis: bytes
    tables: bytes


class ClusterCrew:
    """Makes reports on a dask cluster, as `kamnb.reports.crew.Crew` does here; pages come back and are written here.

    Parameters
    ----------
    address : str
        Of the scheduler, as ``tcp://host:8786``.
    template : Template
    limits : Limits
    warm : bool
        Whether the workers fork their kernels.
    """

    def __init__(self, address: str, template: Template, limits: Limits, *, warm: bool) -> None:
        self._template, self._limits, self._warm = template, limits, warm
        self._name, self._address = uuid.uuid4().hex, address
        self._client = _connect(address)
        self._shipment: Shipment | None = None
        self._shipped: Any = None
        self._shipping = threading.Lock()

    @property
    def hands(self) -> int:
        """How many reports the cluster can make at the same time."""
        return sum(self._client.nthreads().values()) or 1

    def load(self, analysis: Analysis, asked: tuple[str, ...], account: str) -> str:
        """Send the analysis and its tables to the workers; there is nothing to say of it."""
        self._shipment = Shipment(
            self._name, self._template, self._template.notebook.read_bytes(), self._limits, self._warm, asked, account,
            pickle.dumps(analysis), _pack(analysis.portfolio.folder),
        )  # fmt: skip
        self._ship()
        return ""

    def make(self, job: Job) -> Outcome:
        """Make one report and write its files; blocks until it is done.

        Raises
        ------
        ReportError
            If the scheduler is lost, or all workers: nothing more can be made.
        """
        from distributed import CancelledError
        from distributed.scheduler import KilledWorker

        for _ in range(_TRIES):
            shipped = self._shipped
            try:
                outcome, files = self._await(self._client.submit(make_report, shipped, job, key=f"{job.file}-{uuid.uuid4().hex}"))
            except CancelledError:  # the only worker that had the shipment is lost, or the scheduler
                self._require_scheduler()
                self._ship_again(shipped)
            except KilledWorker:
                break
            except Exception:
                self._require_scheduler()  # a client that was closed raises this and that
                raise
            else:
                self._receive(job, outcome, files)
                return replace(outcome, has_no_room=False)  # of the worker's own disk: here, or elsewhere, there may be room
        return Outcome(0.0, "the workers that made the report were killed")

    def close(self) -> None:
        """Have the workers forget the run."""
        with contextlib.suppress(Exception):  # workers that are gone have nothing to forget
            self._client.run(forget_run, self._name)
        self._client.close()

    def __enter__(self) -> "ClusterCrew":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _ship_again(self, lost: Any) -> None:
        with self._shipping:
            if self._shipped is lost:  # else another thread was first
                self._ship()

    def _ship(self) -> None:
        try:
            self._shipped = self._client.scatter(self._shipment, broadcast=True, hash=False)
        except (OSError, TimeoutError) as error:
            raise self._give_up("no worker takes the tables") from error

    def _await(self, asked: Any) -> tuple[Outcome, dict[str, bytes]]:
        """Wait for a report as long as there is somebody to make it."""
        seen = time.monotonic()
        while True:
            try:
                made: tuple[Outcome, dict[str, bytes]] = asked.result(timeout=_LOOK)
                return made
            except TimeoutError:
                if asked.done():
                    raise
            self._require_scheduler()
            if self._has_workers():
                seen = time.monotonic()
            elif time.monotonic() - seen > _ABSENT:
                raise self._give_up(f"no worker for {_ABSENT} s")

    def _require_scheduler(self) -> None:
        while self._client.status == "connecting":  # for as long as it waits for a scheduler that does not answer
            time.sleep(_LOOK / 10)
        if self._client.status != "running":
            raise self._give_up("the scheduler is lost")

    def _has_workers(self) -> bool:
        try:
            return bool(self._client.nthreads())
        except OSError:
            return False

    def _give_up(self, why: str) -> ReportError:
        return ReportError(f"{self._address}: {why}; what is made stays, and the same command makes the rest")

    def _receive(self, job: Job, outcome: Outcome, files: dict[str, bytes]) -> None:
        output = self._template.output
        for name in sorted(files, key=lambda name: name.startswith(f"{MADE}/")):  # what it was made from comes last
            write_whole(output / name, files[name])
        if outcome.failure:
            for path in job.list_files(output).values():
                path.unlink(missing_ok=True)


def _connect(address: str) -> Any:
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise SettingsError("--scheduler needs a package that is not installed: pip install 'kamnb[dask]'") from None
    try:
        client = Client(address, timeout=_WAIT, set_as_default=False)
        client.wait_for_workers(1, timeout=_WAIT)
        found = client.run(digest_package)
    except (OSError, TimeoutError, ValueError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        lack = f"{address}: no scheduler with workers answers within {_WAIT} s ({said})"
        raise SettingsError(f"{lack}; start them with dask scheduler and dask worker") from None
    except (ModuleNotFoundError, AttributeError) as error:
        raise SettingsError(f"{address}: the workers have no kamnb, or another: {error}") from None
    others = sorted(worker for worker, digest in found.items() if digest != digest_package())
    if others:
        client.close()
        raise SettingsError(f"{address}: another kamnb is installed at {', '.join(others)}; install the same everywhere")
    return client


def _pack(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(folder.glob("*.parquet")):
            archive.write(path, path.name)
    return buffer.getvalue()


_crews: dict[str, tuple[Crew, Path]] = {}
_lock = threading.Lock()


def make_report(shipment: Shipment, job: Job) -> tuple[Outcome, dict[str, bytes]]:
    """Make a report on a worker; return what came of it and its files, by their places in the folder of the run."""
    crew, output = _open_crew(shipment)
    outcome = crew.make(job)
    made = [*output.glob(f"{job.file}.*"), *output.glob(f"*/{job.file}.*")]
    files = {path.relative_to(output).as_posix(): path.read_bytes() for path in made}
    for path in made:
        path.unlink()
    return outcome, files


def _open_crew(shipment: Shipment) -> tuple[Crew, Path]:
    """Return the crew of a run on this worker, made with the first report: it forks from a subprocess of its own."""
    with _lock:
        if shipment.name not in _crews:
            folder = Path(tempfile.mkdtemp(prefix="kamnb-run-"))
            _crews[shipment.name] = _make_crew(shipment, folder), folder / "output"
        return _crews[shipment.name]


def _make_crew(shipment: Shipment, folder: Path) -> Crew:
    tables, output = folder / "tables", folder / "output"
    (output / "notebooks").mkdir(parents=True)
    zipfile.ZipFile(io.BytesIO(shipment.tables)).extractall(tables)
    sent: Analysis = pickle.loads(shipment.analysis)
    analysis = replace(sent, portfolio=replace(sent.portfolio, folder=tables))
    template = replace(shipment.template, notebook=_place(shipment, folder), output=output)
    crew = Crew(template, shipment.limits, folder, warm=shipment.warm)
    crew.load(analysis, shipment.asked, shipment.account)
    return crew


def _place(shipment: Shipment, folder: Path) -> Path:
    """Return the workbook's own notebook where it is the same, for that can be rehearsed; else the one that was sent."""
    own = notebooks_folder().resolve() / shipment.template.notebook.name
    if own.is_file() and own.read_bytes() == shipment.notebook:
        return own
    return write_whole(folder / "notebook" / shipment.template.notebook.name, shipment.notebook)


def forget_run(name: str) -> None:
    """End the crew of a run on this worker."""
    with _lock:
        crew, output = _crews.pop(name, (None, None))
    if crew and output:
        crew.close()
        shutil.rmtree(output.parent, ignore_errors=True)
