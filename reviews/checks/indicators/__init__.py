"""Figures of spot checks: avoidance, population, readiness, results, statistics."""
