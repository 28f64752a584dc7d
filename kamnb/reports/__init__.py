"""One notebook, many accounts: pages, index, record."""
