"""``python -m kamnb.cli``."""

from kamnb.cli import main

main()
