# Bare make lists the targets.
GO      ?= go
FLAGS   ?=
LAB      = $(GO) run ./internal/lab/cmd/lab
TIMEOUT  = $(if $(BOTPREFS_NIGHTLY),30m,5m)

.DEFAULT_GOAL := help
.PHONY: rehearse templates gate fuzz guides runbooks killed clients asyncapi examples deliveries
.PHONY: help run test nightly sim mutants model build package deploy-check lint clean conformance conformance-suite conformance-dev conformance-peers differential peers overload bench

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Built and then executed, which is what go run does too; but go run turns Ctrl-C into an error.
run: ## the whole pipeline on this machine, with the sample conversation (FLAGS=--once to exit after it)
	@$(GO) build -buildvcs=false -o .bin/botprefs ./cmd/botprefs && exec .bin/botprefs dev $(FLAGS)

# One package more than there are cores: some tests wait for processes, and for queues that stay empty.
AT_ONCE = $$(($$(getconf _NPROCESSORS_ONLN) + 1))

# A binary with the race detector waits a second before it exits, for races in what still runs. There are some fifty
# binaries, and their children: a tenth of a second is enough.
test: export GORACE ?= atexit_sleep_ms=100
# Tests leave much garbage. Collecting it less often saves a tenth of the time.
test: export GOGC ?= 800
# Tests must not see the AWS settings of whoever runs them.
test: export AWS_PROFILE =
test: export AWS_ENDPOINT_URL =
test: export AWS_CA_BUNDLE =
test: ## everything that needs Go alone; ci/raced says what runs with the race detector
	$(GO) vet ./...
	raced=$$(GO=$(GO) ci/raced) && $(GO) test -vet=off -race -p $(AT_ONCE) -timeout $(TIMEOUT) $$raced
	others=$$(GO=$(GO) ci/raced --not) && $(GO) test -vet=off -p $(AT_ONCE) -timeout $(TIMEOUT) $$others

# All that .ci/run checks, in full: docs/testing.md says what that adds. Takes hours.
nightly: ## .ci/run with every comparison, mutant and fuzz target in full, and a soak of the simulator
	BOTPREFS_NIGHTLY=1 .ci/run

# What localaws is held against: docs/decisions/0009-peers.md. Needs cargo, Java 17 and Maven, once.
peers:
	@internal/lab/conformance/peers/install

# BOTPREFS_CONFORMANCE=aws and =endpoint need no peer: see internal/lab/conformance/doc.go.
conformance conformance-suite conformance-dev: export BOTPREFS_CONFORMANCE ?= dynoxide,elasticmq,ruler
conformance: conformance-suite conformance-dev ## localaws and the peers (dynoxide, ElasticMQ, event-ruler), or what BOTPREFS_CONFORMANCE names, against one suite

conformance-suite: conformance-peers
	$(GO) test -count=1 -timeout 3h ./internal/lab/conformance/...

conformance-dev: conformance-peers
	$(GO) test -count=1 -run Peer ./internal/localrun

conformance-peers:
	@case $$BOTPREFS_CONFORMANCE in *dynoxide*|*elasticmq*|*ruler*) internal/lab/conformance/peers/install;; esac

differential: differential-patterns differential-tables differential-queues ## random requests to localaws and the peers, side by side (CASES=N for fewer)

differential-%: peers
	$(LAB) differential $* $(addprefix --cases ,$(CASES))

# Built and then executed, as make run is.
sim: ## 20,000 seeded histories under faults, each held to the guarantees (FLAGS="--seed N" tells one, "--for 2h" soaks)
	@$(GO) build -buildvcs=false -o .bin/lab ./internal/lab/cmd/lab && exec .bin/lab sim $(or $(FLAGS),--seeds 20000)

mutants: ## plant one mistake at a time in the pipeline; the simulator has to find each (FLAGS="--fastest 10" for some)
	$(LAB) mutants $(FLAGS)

model: ## every state of the protocol's model, and the mutants that it must refuse (needs spin and cc)
	docs/model/check

overload: ## 50,000 changes as fast as this machine can, 30 % of them one user's: memory, loss, writes (Linux)
	BOTPREFS_OVERLOAD=50000 $(GO) test -count=1 -v -timeout 30m -run '^TestOverload$$' ./internal/localrun

bench: ## measure everything beside what people use today, and write docs/performance.md (Python 3 for one of them)
	@$(GO) build -buildvcs=false -o .bin/lab ./internal/lab/cmd/lab && exec .bin/lab bench all

build: ## the Lambda zips that serverless.yml names, into dist/
	$(GO) run ./cmd/botprefs build

package: build node_modules ## the CloudFormation templates, as osls compiles them
	npx --no-install osls package

templates: node_modules ## those of every service and stage: osls packages them, and they are checked (DIR=folder, STEP=one of ci/templates)
	ci/templates $(or $(DIR),.serverless/all) $(STEP)

deploy-check: node_modules ## deploy to an AWS emulator with osls, send changes through, update, roll back, remove
	ci/deploy/run

node_modules: package-lock.json
	npm ci --no-audit --no-fund
	@touch node_modules

# The stages of .ci/run that are no target otherwise.
gate: ## counted requests, allocations and sizes against their limits
	$(LAB) bench gate

fuzz: ## every fuzz target (INPUTS=10000)
	ci/fuzz $(or $(INPUTS),10000)x

guides: ## follow docs/start.md, docs/http.md and docs/cli.md step by step
	$(GO) test -count=1 -tags e2e -run TestPages ./internal/lab/guidetest

runbooks: ## plant the fault of each runbook in botprefs dev, and run its commands (needs ci/requirements.txt)
	$(GO) test -count=1 -tags e2e -run TestRunbooks ./internal/lab/alarms

killed: ## kill functions in the middle of the sample
	$(GO) test -count=1 -tags e2e -run TestKilled ./internal/localrun

clients: ## curl, AWS CLI and boto3 against make run (needs ci/requirements.txt)
	python3 ci/clients.py

asyncapi: ## AsyncAPI's own tool reads events/asyncapi.yaml
	ci/asyncapi

examples: ## the examples in Python and TypeScript against botprefs dev
	python3 -B ci/examples/main.py

rehearse: ## the simulator with two versions of apply on one queue, as during a deployment and after a rollback
	ci/previous $(VERSION)
	.bin/lab-previous sim $(or $(FLAGS),--seeds 2000) >.bin/rehearsal; status=$$?; cat .bin/rehearsal; exit $$status
	grep -q 'apply of the previous version' .bin/rehearsal

deliveries: ## a short run of many subscribers
	$(LAB) bench deliveries --changes 20

lint: ## formatting, module file, golangci-lint and the workflows
	@test -z "$$(gofmt -l .)" || { gofmt -l .; exit 1; }
	$(GO) vet ./...
	$(GO) mod tidy -diff

clean: ## what the other targets made
	rm -rf dist .release .bin .serverless node_modules

# Development tools, in the versions of ci/tools: docs/decisions/0015-releases.md. They are compiled at their first use.
.PHONY: golangci actionlint vulncheck release-check release-snapshot reproducible

lint: golangci actionlint

golangci:
	ci/tool golangci-lint run ./...

actionlint: ## the workflows in .github
	ci/tool actionlint -shellcheck= -pyflakes=

vulncheck: ## known vulnerabilities: fails for modules, reports those of the standard library
	$(GO) run ./ci/vulnerabilities

# A snapshot is a release without a tag that goes nowhere. --skip=before: it would build dist/ again.
release-check: reproducible ## the release's configuration, one of its binaries, and the zips built twice
	ci/tool goreleaser check --quiet
	ci/tool goreleaser build --snapshot --clean --single-target --skip=before

release-snapshot: ## all files of a release, in .release/
	ci/tool goreleaser release --snapshot --clean
	cd .release && sha256sum --check --quiet --ignore-missing checksums.txt

reproducible: build ## build the Lambda zips in two folders and compare them byte for byte
	ci/reproducible
