# The whole of it is in portal/bootstrap.py, which also runs where make is missing.
.PHONY: setup demo test quick check bench graph

setup:
	@python3 portal/bootstrap.py setup

# PORT=8080 make demo serves elsewhere.
demo:
	@python3 portal/bootstrap.py demo

test:
	@python3 portal/bootstrap.py test

# What a commit needs, in 90 seconds.
quick:
	@python3 portal/bootstrap.py quick

check:
	@python3 portal/bootstrap.py check

bench:
	@python3 portal/bootstrap.py bench

# Who imports whom, between subjects and rooms; of another checkout: TREE=path make graph.
graph:
	@python3 portal/bootstrap.py graph $(TREE)
