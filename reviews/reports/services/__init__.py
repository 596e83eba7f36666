"""What people do with quarterly reports: a module a turn — the round, the filer, the reviewer, what an approval leaves behind."""
