# What one does with SocialSales; `make` alone lists it. A fresh clone needs make and Python 3.11 or newer.
PYTHON ?= python3
PORT ?= 8000
ONLY ?=
TESTS ?= tests
DATA = $(or $(SOCIALSALES_DATA),data)
BIN = .venv/bin
COMPILE = uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Prepare everything, then serve the demo (or the data that are there) on PORT=8000
	@SOCIALSALES_PORT=$(PORT) $(PYTHON) scripts/prepare.py run
	@exec env SOCIALSALES_PORT=$(PORT) SOCIALSALES_LOG_JSON=no $(BIN)/socialsales demo --serve

prepare: ## Environment, packages, front end and translations for working on the product
	@$(PYTHON) scripts/prepare.py dev

test: prepare ## Run every test, those in the browser with them (TESTS=tests/threads for some)
	@$(BIN)/python -m pytest -n 2 $(TESTS)

check: format-check lint types tower templates-check scripts-check models-check words-check ## Everything that can be said without running it

format-check: prepare
	@$(BIN)/ruff format --check --output-format concise .

lint: prepare
	@$(BIN)/ruff check --output-format concise .

types: prepare
	@$(BIN)/mypy

tower: prepare
	@$(BIN)/lint-imports

templates-check: prepare
	@$(BIN)/djlint templates --lint --quiet

scripts-check: prepare
	@$(PYTHON) scripts/prepare.py npm run --silent lint

models-check: prepare
	@$(BIN)/python scripts/check_models.py

words-check: prepare
	@$(BIN)/python scripts/messages.py check

messages: prepare ## Bring the French catalog up to date with what the code says
	@$(BIN)/python scripts/messages.py update

bench: prepare ## Measure pages, pickers and live readers against the limits
	@$(BIN)/python -m benchmarks.pages
	@$(BIN)/python -m benchmarks.live
	@$(BIN)/python -m benchmarks.pickers

bench-long: prepare ## Measure search over 100,000 posts, following and digests at size, and a thousand people; half an hour the first time
	@$(BIN)/python -m benchmarks.search_at_size
	@$(BIN)/python -m benchmarks.levels
	@$(BIN)/python -m benchmarks.following
	@$(BIN)/python -m benchmarks.mornings

screenshots: prepare ## Pictures of every page in screenshots/ (ONLY="home deal" for some)
	@$(BIN)/python scripts/screenshots.py screenshots $(ONLY)

wheel: prepare ## Build the package into dist/
	@$(BIN)/hatchling build -t wheel

lock: ## Choose the newest packages that fit, and pin them with their hashes (needs uv)
	@$(COMPILE) pyproject.toml --group install -o requirements/run.txt
	@$(COMPILE) pyproject.toml --group install --group dev -c requirements/run.txt -o requirements/dev.txt
	@$(COMPILE) --group node -o requirements/node.txt

clean: ## Remove what was built; the data stay
	@rm -rf dist build static/dist screenshots .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find translations -name '*.mo' -delete
	@find . -name __pycache__ -not -path './.venv/*' -not -path './node_modules/*' -prune -exec rm -rf {} +

reset: ## Begin again with an empty database; the data are put aside, not deleted
	@if [ -d "$(DATA)" ]; then mv "$(DATA)" "$(DATA).$$(date +%Y%m%d-%H%M%S)" && echo "Put aside as $(DATA).*"; fi

.PHONY: help run prepare test check format-check lint types tower templates-check scripts-check models-check words-check messages bench bench-long screenshots wheel lock clean reset
