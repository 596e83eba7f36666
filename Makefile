# The whole of it is in portal/bootstrap.py, which also runs where make is missing.
.PHONY: setup demo test check bench graph

setup:
	@python3 portal/bootstrap.py setup

# PORT=8080 make demo serves elsewhere.
demo:
	@python3 portal/bootstrap.py demo

test:
	@python3 portal/bootstrap.py test

check:
	@python3 portal/bootstrap.py check

bench:
	@python3 portal/bootstrap.py bench

# Who imports whom, between subjects and rooms; of another checkout: TREE=path make graph.
graph:
	@python3 portal/bootstrap.py graph $(TREE)
