"""One notebook, many accounts: pages, index, record."""

from kamnb.reports.grammar import put_off_grammar

put_off_grammar()  # before the first module that imports nbformat
