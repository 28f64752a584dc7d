"""Serving a workbook: what is refused before a server is started, and the pages of the dashboard."""

import socket

import nbformat
import pytest
from browsing import make_workbook
from click.testing import CliRunner

from kamnb.cli import cli
from kamnb.desk.serving import dashboard
from kamnb.desk.serving.lab import find_notebooks
from kamnb.desk.serving.server import Server, run_server
from kamnb.errors import SettingsError
from kamnb.places import notebooks_folder


def test_a_folder_without_notebooks_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="holds no notebooks; `kamnb new DIR` makes a workbook"):
        find_notebooks(tmp_path)
    assert find_notebooks(notebooks_folder().parent) == find_notebooks(notebooks_folder()) == notebooks_folder().resolve()


def test_a_port_that_is_taken_is_refused(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = Server("JupyterLab", tmp_path, "jupyterlab", [], "lab")
        with pytest.raises(SettingsError, match="is taken or not allowed"):
            run_server(server, tmp_path, taken.getsockname()[1], print, print)


def test_a_server_that_does_not_start_tells_its_last_words(tmp_path):
    with pytest.raises(SettingsError, match=r"did not start: .*No module named kamnb_nothing"):
        run_server(Server("Nothing", tmp_path, "kamnb_nothing", [], ""), tmp_path, None, print, print)


def test_the_dashboard_asks_for_voila_and_for_its_notebooks(tmp_path, monkeypatch):
    (tmp_path / "a.ipynb").write_text("{}")
    with pytest.raises(SettingsError, match=r"has no 60_portfolio_review.ipynb and no 90_explore_weights.ipynb"):
        dashboard.serve_dashboard(tmp_path, None, print, print)
    monkeypatch.setattr(dashboard, "find_spec", lambda name: None)
    run = CliRunner().invoke(cli, ["dashboard", str(tmp_path)])
    assert "pip install 'kamnb[dashboard]'" in str(run.exception)


def test_a_page_reads_the_same_data_from_another_folder_and_keeps_no_results(tmp_path):
    import os

    workbook = make_workbook(tmp_path / "work", dict(os.environ))
    dashboard.write_page(workbook / "notebooks" / "60_portfolio_review.ipynb", tmp_path / "page.ipynb")
    node = nbformat.read(tmp_path / "page.ipynb", as_version=4)
    injected = next(cell for cell in node.cells if "injected-parameters" in cell.metadata.get("tags", []))
    assert f'data_dir = "{(workbook / "data").resolve()}"' in injected.source
    assert all(not cell.outputs for cell in node.cells if cell.cell_type == "code")
