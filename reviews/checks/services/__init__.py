"""Services of spot checks, a module for each part of the work: plan, draw, visits, findings, end."""
