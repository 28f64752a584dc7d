"""One account: its plan and the copy for the customer."""
