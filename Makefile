# Everything a user does, by name. `make` alone says what there is.
SCENARIO ?= flights
ENV ?= embedded
ARGS ?=
MESSAGES ?= 1000
A ?= embedded
B ?= localstack
# A comparison needs no large run.
PARITY_SCENARIO = $(if $(filter file,$(origin SCENARIO)),flights-small,$(SCENARIO))

TURNAROUND := bin/turnaround.js
INSTALLED := node_modules/.package-lock.json

.DEFAULT_GOAL := help
.PHONY: help local-run aws-run estimate deploy run up down logs test test-integration check bench build embedded parity parity-run doctor clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

# LocalStack is started where it does not run, and stays up unless DOWN=1.
ifeq ($(ENV),localstack)
BEFORE_RUN = $(TURNAROUND) localstack up >/dev/null &&
AFTER_RUN = $(if $(DOWN),; code=$$?; $(TURNAROUND) localstack down; exit $$code)
endif

local-run: $(INSTALLED) ## run SCENARIO=flights on ENV=embedded or localstack (DOWN=1: stop it after), with ARGS="--seed 7 …"
	@$(BEFORE_RUN) $(TURNAROUND) run $(SCENARIO) --env $(ENV) $(ARGS) $(AFTER_RUN)

aws-run: $(INSTALLED) ## run SCENARIO=flights on ENV=dev, uat or prod with AWS's default credentials, after saying what it costs
	@case '$(ENV)' in embedded|localstack) echo 'Say which stage: make aws-run ENV=uat (or dev, prod); make local-run is for $(ENV)' >&2; exit 104;; esac
	@$(TURNAROUND) run $(SCENARIO) --env $(ENV) $(ARGS)

estimate: $(INSTALLED) ## what SCENARIO=flights would cost on ENV=uat, from its plan
	@$(TURNAROUND) estimate $(SCENARIO) --env $(ENV) $(ARGS)

deploy: $(INSTALLED) ## queues, buckets and the table of ENV=uat, by CloudFormation; TEST_RUN_ID tags them for the bill
	@case '$(ENV)' in embedded|localstack) echo 'Say which stage: make deploy ENV=uat (or dev, prod); $(ENV) needs no deployment' >&2; exit 104;; esac
	@command -v aws >/dev/null || { echo 'The AWS CLI is not there: install it, or deploy the template yourself: $(TURNAROUND) provision --env $(ENV) --template' >&2; exit 106; }
	@template=$$(mktemp) && trap 'rm -f '$$template EXIT && \
	$(TURNAROUND) provision --env $(ENV) --template >$$template && \
	region=$$($(TURNAROUND) env region $(ENV)) && \
	aws cloudformation deploy --stack-name scenario-1-$(ENV) --region $$region --template-file $$template \
	  --parameter-overrides TestRunId="$${TEST_RUN_ID:-none}" --no-fail-on-empty-changeset

run: $(INSTALLED) ## run MESSAGES=1000 synthetic jobs on ENV=embedded
	@$(TURNAROUND) run synthetic --messages $(MESSAGES) --env $(ENV) $(ARGS)

up: $(INSTALLED) ## start LocalStack in Docker (LOCALSTACK_TAG, LOCALSTACK_PORT, LOCALSTACK_AUTH_TOKEN)
	@$(TURNAROUND) localstack up

down: $(INSTALLED) ## stop LocalStack and whatever works on it; all it holds is gone
	@$(TURNAROUND) localstack down

logs: $(INSTALLED) ## what LocalStack says, until Ctrl-C
	@$(TURNAROUND) localstack logs --follow

embedded: $(INSTALLED) ## the embedded AWS alone, on port 4566
	@$(TURNAROUND) embedded $(ARGS)

parity: $(INSTALLED) ## how ENV=embedded stands to AWS, behaviour by behaviour
	@$(TURNAROUND) parity --env $(ENV) $(ARGS)

# LocalStack is started where a side needs it and no endpoint says where it is.
BEFORE_PARITY = $(if $(findstring endpoint,$(ARGS)),,$(if $(findstring localstack,$(A) $(B)),$(TURNAROUND) localstack up >/dev/null &&))

parity-run: $(INSTALLED) ## run SCENARIO=flights-small on A=embedded and B=localstack, and compare
	@$(BEFORE_PARITY) $(TURNAROUND) parity-run $(PARITY_SCENARIO) --a $(A) --b $(B) $(ARGS)

doctor: $(INSTALLED) ## what this machine has and lacks
	@$(TURNAROUND) doctor $(ARGS)

test: $(INSTALLED) ## every test; those on LocalStack where a Docker engine answers
	@npm run test:integration --silent
	@npm test --silent

test-integration: $(INSTALLED) ## the tests on LocalStack alone
	@npm run test:integration --silent

check: $(INSTALLED) ## format, types, lint
	@npm run check --silent

bench: $(INSTALLED) ## measured claims, one JSON line each
	@npm run bench --silent

build: $(INSTALLED) ## plain JavaScript into dist/
	@npm run build --silent

# LocalStack's init hook makes these: its own server is at localhost:4566, whatever port is published.
localstack/init/resources.json: src/environment/resource-calls.ts src/environment/names.ts
	$(TURNAROUND) provision --print --env localstack --endpoint http://localhost:4566 >$@.new && mv $@.new $@

clean: ## remove the build; results and data stay
	rm -rf dist

$(INSTALLED): package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $(INSTALLED)
