"""Facts about accounts, each declared once in the catalogue and computed by a query."""
