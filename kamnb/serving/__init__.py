"""Serving a workbook: JupyterLab for analysts on this machine, a dashboard without code for everybody else."""

from kamnb.serving.dashboard import Dashboard, serve_dashboard
from kamnb.serving.lab import serve_lab

__all__ = ["Dashboard", "serve_dashboard", "serve_lab"]
