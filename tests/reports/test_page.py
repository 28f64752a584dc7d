import copy
import re
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from kamnb.display.parts.pictures import show_figure
from kamnb.display.parts.tables import show_table
from kamnb.errors import ReportError
from kamnb.reports.page import render_page


def result(html=None, **data):
    bundle = {"text/plain": "plain <words>"} | ({"text/html": html} if html else {}) | data
    return new_code_cell("compute()", outputs=[new_output("execute_result", data=bundle, execution_count=1)])


def picture(alt):
    data, metadata = show_figure(plt.subplots(figsize=(2, 1))[1], alt)._repr_mimebundle_()
    return new_code_cell("draw()", outputs=[new_output("execute_result", data=data, metadata=metadata, execution_count=2)])


@pytest.fixture
def notebook():
    table = show_table(pd.DataFrame({"name": ["<script>alert(1)</script>"], "revenue": [1.0]}), "Accounts")
    parameters = [
        new_code_cell(
            'secret = "in code"',
            metadata={"tags": [tag]},
            outputs=[new_output("execute_result", data={"text/plain": "printed"}), new_output("stream", text="printed")],
        )
        for tag in ("parameters", "injected-parameters")
    ]
    removed = [new_markdown_cell("removed words", metadata={"tags": ["remove"]})]
    cells = [
        new_markdown_cell("# Account plan\n\nWhere does it stand?"),
        *parameters,
        *removed,
        picture('Two "bars" & one <line>.'),
    ]
    return new_notebook(
        cells=[*cells, result(table._repr_html_()), new_markdown_cell("## Next\n\nCosts $5 and $6.\n\n| a |\n|---|\n| 1 |")]
    )


class Elements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def elements(html):
    parser = Elements()
    parser.feed(html)
    return parser.found


def test_the_page_stands_by_itself(notebook):
    html = render_page(notebook, "Nordlicht")
    assert "<script" not in html
    assert not re.search(r"""(src|href)\s*=\s*["']?\s*(https?:)?//""", html)
    assert not re.search(r'url\((?!"data:font/)|@import|https?://', html)


def test_every_picture_has_its_words_and_size(notebook):
    images = [attrs for tag, attrs in elements(render_page(notebook)) if tag == "img"]
    assert [image["alt"] for image in images] == ['Two "bars" & one <line>.']
    assert int(images[0]["width"]) >= 192 and images[0]["src"].startswith("data:image/png;base64,")


def test_title_language_and_heading(notebook):
    html = render_page(notebook, "Nord & Süd <GmbH>", subtitle="As of 30 June 2026", footer="criteria 2026-06", lang="de")
    assert '<html lang="de">' in html and "<title>Nord &amp; Süd &lt;GmbH&gt;</title>" in html
    assert '<p class="kind">Account plan</p>' in html and html.count("<h1") == 1
    assert "As of 30 June 2026" in html and "criteria 2026-06" in html and "Where does it stand?" in html


def test_without_a_title_the_notebooks_heading_is_the_title(notebook):
    html = render_page(notebook)
    assert "<title>Account plan</title>" in html and html.count("<h1") == 1 and 'class="kind"' not in html


def test_code_prints_parameters_and_removed_cells_stay_out(notebook):
    html = render_page(notebook)
    for left_out in ("compute()", "draw()", "secret", "printed", "removed words"):
        assert left_out not in html


def test_tables_markdown_and_plain_results_are_shown(notebook):
    notebook.cells.append(result())
    html = render_page(notebook)
    assert "&lt;script&gt;alert(1)" in html and "Costs $5 and $6." in html and "<td>1</td>" in html
    assert "<pre>plain &lt;words&gt;</pre>" in html


def test_it_prints_on_a4_with_page_numbers(notebook):
    html = render_page(notebook, 'A "quoted" </style> \\ name')
    assert "size: A4" in html and "counter(page)" in html and "counter(pages)" in html
    assert "break-inside: avoid" in html and "table-header-group" in html
    assert html.count("</style>") == 1


@pytest.mark.parametrize(
    "html",
    [
        "<script>run()</script>",
        '<SCRIPT src="x.js"></SCRIPT>',
        '<img src="https://example.org/logo.png" alt="">',
        '<img src="//example.org/logo.png" alt="">',
        '<img src="logo.png" alt="">',
        '<link rel="stylesheet" href="https://example.org/a.css">',
        '<iframe src="data:text/html,x"></iframe>',
        '<p onclick="run()">x</p>',
        '<a href="javascript:run()">x</a>',
        "<style>p { background: url(https://example.org/a.png) }</style>",
        '<p style="background: url(https://example.org/a.png)">x</p>',
    ],
)
def test_what_would_run_or_fetch_is_refused(notebook, html):
    notebook.cells.append(result(html))
    with pytest.raises(ReportError, match="stand by itself"):
        render_page(notebook)


def test_a_markdown_picture_from_elsewhere_is_refused(notebook):
    notebook.cells.append(new_markdown_cell("![logo](https://example.org/logo.png)"))
    with pytest.raises(ReportError, match="logo"):
        render_page(notebook)


def test_links_are_no_requests(notebook):
    notebook.cells.append(new_markdown_cell("[the site](https://example.org)"))
    assert 'href="https://example.org"' in render_page(notebook)


def test_the_notebook_is_not_changed_and_a_path_gives_the_same_page(notebook, tmp_path):
    before = copy.deepcopy(notebook)
    html = render_page(notebook, "Nordlicht")
    assert notebook == before
    nbformat.write(notebook, tmp_path / "plan.ipynb")
    assert render_page(tmp_path / "plan.ipynb", "Nordlicht") == html
