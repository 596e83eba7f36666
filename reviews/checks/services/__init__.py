"""What people do with spot checks: a module a turn — plan and draw, visits, findings, the end."""
