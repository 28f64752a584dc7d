"""Which values of one column are values of another, counted once for each pair."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kamnb.data.proposing.blocks import Block
from kamnb.data.sql import identifier

if TYPE_CHECKING:
    import duckdb


@dataclass
class Known:
    """The different values of columns, read when they are first asked for."""

    connection: "duckdb.DuckDBPyConnection"
    values: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def of(self, block: Block, name: str) -> frozenset[str]:
        """Return the different values of a column."""
        if (block.view, name) not in self.values:
            column = identifier(name)
            rows = self.connection.execute(f"SELECT DISTINCT {column} FROM {block.view} WHERE {column} IS NOT NULL").fetchall()
            self.values[block.view, name] = frozenset(value for (value,) in rows)
        return self.values[block.view, name]

    def share(self, block: Block, name: str, home: Block, key: str) -> float:
        """Return which part of a column's different values are values of `key`."""
        values = self.of(block, name)
        return len(values & self.of(home, key)) / len(values) if values else 0.0

    def share_apart(self, block: Block, name: str, home: Block, key: str, separator: str) -> float:
        """Return the same of the texts in lists; 0 where hardly any value is a list."""
        values = self.of(block, name)
        lists = [value for value in values if separator in value]
        texts = {text.strip() for value in values for text in value.split(separator)} - {""}
        return len(texts & self.of(home, key)) / len(texts) if len(lists) > 0.1 * len(values) else 0.0
