"""The rules of quarterly reports: pure functions, no rows, no clock."""
