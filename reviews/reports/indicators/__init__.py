"""What the portal can tell of associations for their quarterly reports."""
