# Everything a user does, by name. `make` alone says what there is.
SCENARIO ?= flights
ENV ?= embedded
ARGS ?=
MESSAGES ?= 1000

TURNAROUND := bin/turnaround.js
INSTALLED := node_modules/.package-lock.json

.DEFAULT_GOAL := help
.PHONY: help local-run run test check bench build embedded parity doctor clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

local-run: $(INSTALLED) ## run SCENARIO=flights on ENV=embedded, with ARGS="--seed 7 …"
	@$(TURNAROUND) run $(SCENARIO) --env $(ENV) $(ARGS)

run: $(INSTALLED) ## run MESSAGES=1000 synthetic jobs on ENV=embedded
	@$(TURNAROUND) run synthetic --messages $(MESSAGES) --env $(ENV) $(ARGS)

embedded: $(INSTALLED) ## the embedded AWS alone, on port 4566
	@$(TURNAROUND) embedded $(ARGS)

parity: $(INSTALLED) ## how ENV=embedded stands to AWS, behaviour by behaviour
	@$(TURNAROUND) parity --env $(ENV) $(ARGS)

doctor: $(INSTALLED) ## what this machine has and lacks
	@$(TURNAROUND) doctor $(ARGS)

test: $(INSTALLED) ## every test
	@npm test --silent

check: $(INSTALLED) ## format, types, lint
	@npm run check --silent

bench: $(INSTALLED) ## measured claims, one JSON line each
	@npm run bench --silent

build: $(INSTALLED) ## plain JavaScript into dist/
	@npm run build --silent

clean: ## remove the build; results and data stay
	rm -rf dist

$(INSTALLED): package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $(INSTALLED)
