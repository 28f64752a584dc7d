"""What every room shows with: words, numbers, tables, pictures."""
