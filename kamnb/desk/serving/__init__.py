"""Serving a workbook on this machine: JupyterLab for analysts, a dashboard without code for everybody else."""

from kamnb.desk.serving.dashboard import serve_dashboard
from kamnb.desk.serving.lab import serve_lab

__all__ = ["serve_dashboard", "serve_lab"]
