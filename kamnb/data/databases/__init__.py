"""Tables from a PostgreSQL server: addresses, connections, what was read and is kept."""
