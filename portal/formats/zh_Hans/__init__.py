"""How numbers are written in Chinese."""
