"""Templates: sections of items, rules across them, the answers given to them. Pure, and of no one cycle."""
