"""Forms in Excel: account managers are asked once, where they work, and their answers are collected."""

from kamnb.desk.forms.collecting import Collected, collect_forms, identify_workbook, keep_identity
from kamnb.desk.forms.topics import make_topics
from kamnb.desk.forms.writing import write_form

__all__ = ["Collected", "collect_forms", "identify_workbook", "keep_identity", "make_topics", "write_form"]
