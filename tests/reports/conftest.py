"""One process from which runs fork, and one run of plans for all tests of how pages print."""

import contextlib
import shutil
import subprocess
from unittest import mock

import pytest
from seeds import Seed

from examples import EXAMPLES, ROOTS
from kamnb.display.parts.typeface import FILES
from kamnb.places import data_folder
from kamnb.reports.batch import Order, write_reports
from kamnb.reports.formats import _find_lack

OF_PROCESSES = ("test_cluster", "test_crew", "test_warm_kernels")
"""Tests of how processes start and end, which take them as users do."""


@pytest.fixture(scope="session")
def seed(tmp_path_factory):
    started = Seed(tmp_path_factory.mktemp("seed"))
    yield started
    started.close()


@pytest.fixture(scope="module", autouse=True)
def _grown_from_seed(request, seed):
    with contextlib.ExitStack() as kept:
        if request.module.__name__.rpartition(".")[2] not in OF_PROCESSES:
            kept.enter_context(mock.patch("kamnb.reports.warm.stem._start", seed.start))
        yield


@pytest.fixture(scope="session")
def only_our_fonts(tmp_path_factory):
    """Let fontconfig know nothing but what the project ships, in this process and those that it starts."""
    folder = tmp_path_factory.mktemp("fontconfig")
    (folder / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f"<fontconfig><dir>{FILES['Regular'].parent}</dir><cachedir>{folder / 'cache'}</cachedir></fontconfig>"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FONTCONFIG_FILE", str(folder / "fonts.conf"))
        yield


@pytest.fixture(scope="session")
def printed(tmp_path_factory, real_data_or_none, only_our_fonts):
    """Return a folder with pages, PDF and Word: sample/, customer/ and, where the data are there, resellers/ and crm/."""
    for name in ("pdf", "docx"):
        if lack := _find_lack(name):
            pytest.skip(lack)
    home, wanted = tmp_path_factory.mktemp("printed"), {"formats": ("html", "pdf", "docx")}
    orders = [
        Order(data_folder() / "sample", output=home / "sample", **wanted),
        Order(data_folder() / "sample", output=home / "customer", customer_copy=True, top=2, **wanted),
    ]
    # A CRM without invoices knows no revenue of twelve months, so its accounts are named.
    for name, example, asked in (
        ("resellers", "adventureworks", {"top": 3}),
        ("crm", "maven_crm", {"accounts": ("Kan-code", "Konex", "Betatech")}),
    ):
        if real_data_or_none:
            root = real_data_or_none / ROOTS[example]
            orders.append(Order(EXAMPLES / example, root=root, output=home / name, **asked, **wanted))
    if real_data_or_none:  # hardly anything is known
        bare = {"root": real_data_or_none / ROOTS["maven_crm"], "output": home / "crm", "formats": ("pdf",)}
        orders.append(Order(EXAMPLES / "maven_crm", only_review=True, **bare))
    for order in orders:
        run = write_reports(order, say=lambda _: None)
        assert not run.failures and not run.portfolio_failures
    return home


@pytest.fixture(scope="session")
def words_printed(printed):
    """Return the folder of the Word documents as PDF, named by folder too, as LibreOffice lays them out; made in one go."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed: Word documents are not laid out")
    target, named = printed / "word", printed / "word" / "named"
    named.mkdir(parents=True)
    documents = [shutil.copy(path, named / f"{path.parent.name}-{path.name}") for path in sorted(printed.glob("*/*.docx"))]
    command = ["soffice", f"-env:UserInstallation={(printed / 'office').as_uri()}", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", target, *documents], capture_output=True, check=True, timeout=300)
    return target
