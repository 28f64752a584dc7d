"""Serving a workbook: what is refused before a server is started, and the pages of the dashboard."""

import json
import socket

import nbformat
import pytest
from browsing import make_workbook
from click.testing import CliRunner

from kamnb.cli import cli
from kamnb.desk.visit import VISIT
from kamnb.errors import SettingsError
from kamnb.places import notebooks_folder
from kamnb.serving import Dashboard, dashboard, nursery
from kamnb.serving.dashboard import ASKED
from kamnb.serving.lab import find_notebooks
from kamnb.serving.nursery import look_at
from kamnb.serving.server import Server, run_server


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
        dashboard.serve_dashboard(tmp_path, Dashboard(), print, print)
    with pytest.raises(SettingsError, match=r"has no .* and no 91_rate_accounts.ipynb and no 92_edit_plan.ipynb"):
        dashboard.serve_dashboard(tmp_path, Dashboard(edit=True), print, print)
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


@pytest.mark.parametrize(
    ("host", "word"),
    [
        ("0.0.0.0", "names no address; give the one of this machine"),
        ("::", "names no address"),
        ("https://kam.example.com", "is neither an address of this machine nor a name"),
        ("kam example", "is neither"),
        ("-kam.example.com", "is neither"),
    ],
)
def test_a_host_that_is_none_is_refused_before_anything_is_started(tmp_path, host, word):
    with pytest.raises(SettingsError, match=word):
        dashboard.serve_dashboard(tmp_path, Dashboard(host=host), print, print)


def test_an_address_of_another_machine_is_refused(tmp_path):
    with pytest.raises(SettingsError, match=r"192\.0\.2\.7 is no address of this machine"):
        run_server(Server("The dashboard", tmp_path, "voila", [], "", listens_at="192.0.2.7"), tmp_path, None, print, print)


def test_a_dashboard_behind_a_proxy_listens_on_this_machine_and_tells_the_address_of_the_proxy(tmp_path):
    server = dashboard._make_server(tmp_path, tmp_path, "data", Dashboard(host="kam.example.com", edit=True))
    assert (server.listens_at, server.known_as) == ("127.0.0.1", "https://kam.example.com")
    assert json.loads(server.environment[ASKED]) == {"data": "data", "most": 16, "hosts": ["kam.example.com"]}
    assert server.environment[VISIT] == "edit" and "--Voila.auto_token=True" in server.options
    assert "--VoilaExecutor.iopub_timeout=120" in server.options, "else pages stay white where eight come at once"
    server = dashboard._make_server(tmp_path, tmp_path, "data", Dashboard())
    assert (server.listens_at, server.known_as, server.environment[VISIT]) == ("127.0.0.1", "", "read")


def test_changes_of_tables_and_entries_are_seen_and_drafts_are_none(tmp_path):
    (tmp_path / "entries" / "drafts").mkdir(parents=True)
    (tmp_path / "invoices.csv").write_text("a")
    before = look_at(tmp_path)
    (tmp_path / "entries" / "drafts" / "Kim.json").write_text("[]")
    assert look_at(tmp_path) == before
    (tmp_path / "entries" / "ratings.csv").write_text("a")
    assert look_at(tmp_path) != before and "entries/ratings.csv" in look_at(tmp_path)


def test_kernels_share_one_analysis_until_the_tables_change_and_are_no_more_than_asked_for(tmp_path, monkeypatch, analysis):
    """Processes are tried in a real dashboard; here it is only what is asked of them."""
    begun, ended = [], set()

    class Stem:
        is_closed = False

        def fork(self, role, channel, environment, folder):
            begun.append((role, environment[nursery.SAVED]))
            return len(begun)

        def code(self, pid):
            return 0 if pid in ended else None

        def close(self):
            self.is_closed = True

    monkeypatch.setattr(nursery, "start_warm", lambda *_: Stem())
    monkeypatch.setattr(nursery, "open_analysis", lambda *_: analysis)
    monkeypatch.setattr(nursery, "save_analysis", lambda *_: None)
    (tmp_path / "invoices.csv").write_text("a")
    kept = nursery.Nursery(str(tmp_path), 2)
    first, second = kept.fork({}, ""), kept.fork({}, "")
    assert begun[0] == begun[1] and kept.is_full
    ended.add(first.pid)
    assert first.poll() == 0 and second.poll() is None and not kept.is_full
    (tmp_path / "invoices.csv").write_text("other")
    third = kept.fork({}, "")
    assert begun[2][1] != begun[0][1] and third.poll() is None, "the tables are others: so is the analysis"
    ahead = [kept.fork({}, "", name) for name in ("a", "b", "c")]
    assert kept.is_full and len(list(kept.kernels)) == 5, "a page that stands ready takes no place"
    assert kept.list_current() == {"a", "b", "c"}
    (tmp_path / "invoices.csv").write_text("yet another")
    assert kept.list_current() == set(), "they show other tables"
    newest = kept.fork({}, "", "d")
    assert kept.list_current() == {"d"}, "also when a kernel was forked of the new ones"
    ended |= {second.pid, newest.pid}
    assert not kept.is_full
    kept.hand_out("b")
    assert kept.is_full and [each.ahead for each in ahead] == ["a", "", "c"]
    ended |= {third.pid, *(each.pid for each in ahead)}
    old = second._stem
    kept.prepare()
    assert old.is_closed and third._stem.is_closed and not newest._stem.is_closed, "what nobody looks at any more is ended"
    kept.close()
    assert third._stem.is_closed
