"""The rules of spot checks: pure functions, no rows, no clock."""
