# Every task of the project. Each one sees first that the machine has what it needs.
#
# Nothing is written outside of this folder, except system packages that Scripts/bootstrap installs.

SWIFT ?= swift
SOURCES := Sources Tests Package.swift

# The recorded session that `make replay` plays: all files of the folder but its notes.
SESSION ?= Examples/sample-session
SESSION_FILES = $(sort $(filter-out %.md,$(wildcard $(SESSION)/*)))

# More arguments for `make run`, `make replay`, `make bench`, and `make test`.
ARGS ?=

# For `make fuzz`: how long each target runs, which (all when empty), and how many executions each
# (-1: as many as fit the time).
SECONDS ?= 60
TARGET ?=
RUNS ?= -1

# For `make clients`: which venues (all when empty).
VENUES ?=

.DEFAULT_GOAL := help
.PHONY: help bootstrap run replay build test clients bench fuzz format lint clean

help: ## This list
	@echo 'make <task> [VARIABLE=value]'
	@echo
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/\1|\2/p' Makefile | \
	  while IFS='|' read -r task text; do printf '  %-10s %s\n' "$$task" "$$text"; done

bootstrap: ## Install the libraries that are missing (Debian, Ubuntu)
	@Scripts/bootstrap

run: bootstrap ## Build a release and start the demo: simulated venues in the terminal (ARGS=...)
	@Scripts/stage 'release build' $(SWIFT) build -c release --product parallax
	@.build/release/parallax demo $(ARGS)

replay: bootstrap ## Build a release and replay the sample session (SESSION=folder, ARGS=...)
	@test -n '$(SESSION_FILES)' || { echo 'make replay: no session in $(SESSION)' >&2; exit 1; }
	@Scripts/stage 'release build' $(SWIFT) build -c release --product parallax
	@Scripts/stage 'replay of $(SESSION)' .build/release/parallax replay $(ARGS) $(SESSION_FILES)

build: bootstrap ## Build everything for debugging
	@Scripts/stage build $(SWIFT) build

test: bootstrap ## Check the format, build, and run every test (ARGS='--filter Tidy')
	@$(MAKE) --no-print-directory lint
	@Scripts/stage build $(SWIFT) build --build-tests
	@Scripts/stage tests $(SWIFT) test --skip-build --disable-xctest $(ARGS)
	@$(if $(ARGS),,Scripts/stage clients Scripts/clients)

clients: bootstrap ## Let other clients trade at the simulated venues (VENUES='kraken gemini')
	@Scripts/stage build $(SWIFT) build --product parallax
	@Scripts/stage clients Scripts/clients $(VENUES)

bench: bootstrap ## Build a release and run the benchmarks (ARGS=...)
	@Scripts/stage 'release build' $(SWIFT) build -c release --product parallax-bench
	@Scripts/stage benchmarks .build/release/parallax-bench $(ARGS)

fuzz: bootstrap ## Feed the parsers hostile bytes (SECONDS=60, TARGET=name, RUNS=n)
	@Scripts/stage fuzz env FUZZ_SECONDS='$(SECONDS)' RUNS='$(RUNS)' TARGET='$(TARGET)' Scripts/fuzz

format: ## Bring all Swift files into shape
	@$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

lint: ## Complain about Swift files out of shape
	@Scripts/stage lint $(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

clean: ## Remove what was built
	@rm -rf .build
