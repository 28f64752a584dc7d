"""Forms in Excel: account managers are asked once, where they work, and their answers are collected."""

from kamnb.desk.forms.collecting import Collected, gather_answers, save_answers
from kamnb.desk.forms.topics import make_topics
from kamnb.desk.forms.writing import write_form

__all__ = ["Collected", "gather_answers", "make_topics", "save_answers", "write_form"]
