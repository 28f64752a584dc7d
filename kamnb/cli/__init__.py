"""The command line, one file per command; what is heavy is imported where it is used."""

import os
import signal
import sys

import click

from kamnb import __version__
from kamnb.cli.backtest import backtest
from kamnb.cli.calibrate import calibrate
from kamnb.cli.check import check
from kamnb.cli.form import collect, form
from kamnb.cli.history import history
from kamnb.cli.kpis import kpis
from kamnb.cli.lab import dashboard, lab
from kamnb.cli.match import match
from kamnb.cli.new import new
from kamnb.cli.plan import plan
from kamnb.cli.programme import programme
from kamnb.cli.propose import propose
from kamnb.cli.report import report
from kamnb.cli.review import review
from kamnb.cli.score import score
from kamnb.cli.scorecard import scorecard
from kamnb.cli.table import table
from kamnb.cli.verify import verify
from kamnb.cli.why import why
from kamnb.errors import KamError
from kamnb.threads import ONE_THREAD


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kamnb")
def cli() -> None:
    """Score key accounts, place them in the portfolio matrix and write a plan for each.

    DATA is a folder with tables (accounts.csv, invoices.xlsx, ...) or a kamnb.toml that names them.
    """


for command in (
    new, table, propose, check, match, calibrate, score, why, history, backtest, report, review, scorecard, kpis, programme,
    plan, verify, lab, dashboard, form, collect,
):  # fmt: skip
    cli.add_command(command)


def main() -> None:
    """Run the command line; a mistake ends in a message and an exit code, never in a traceback."""
    os.environ.update(ONE_THREAD | os.environ)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # asked to end is asked to stop: as with Ctrl-C
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _stop(_STOPPED, 1)
    except RuntimeError as error:
        if str(error) != "Query interrupted":  # what DuckDB makes of Ctrl-C
            raise
        _stop(_STOPPED, 1)
    except KamError as error:
        _stop(f"Error: {error}", 1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        _stop(f"{place}{error.strerror or error}; nothing half-written was left", 1)


_STOPPED = "stopped; files that were finished are whole"


def _stop(message: str, code: int) -> None:
    click.echo(message, err=True)
    sys.exit(code)
