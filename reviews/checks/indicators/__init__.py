"""What spot checks are planned from and what they show."""
