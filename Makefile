# 用法：make help    Usage: make help
#
# Plain POSIX sh and GNU make 3.81 or later, so that a stock Debian or macOS is enough.
# Every package is pinned with its hash in the two lock files.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help site test test-slow test-quick coverage lint serve check verify bench load lighthouse pictures lock licences audit clean environment test-environment browser

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_NO_INPUT = 1
export NO_MKDOCS_2_WARNING = 1

# The first python that is new enough; with none, any: it is told what is missing. PYTHON=/path/to/python overrules.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; exit; }; done; echo python3)
VENV ?= .venv
BIN := $(VENV)/bin
# Parallel test processes. Two suits a small machine: the browser tests are heavy.
JOBS ?= 2
# The tests of a file share what it sets up, so a file is one piece of work; folders with long ones come first.
PARALLEL = -n $(JOBS) --dist loadfile --no-loadscope-reorder
# Lines of scripts/ipportal that the tests of the program must reach, in percent.
COVERAGE_FLOOR ?= 95

help: ## 列出全部命令 / list the commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

site: environment ## 建立环境，检查数据，生成网站到 site/ / environment, data check, finished portal in site/
	$(BIN)/ipportal build

# Style and types are checked while the browser is installed. The site comes first: what its build draws and finds in
# order is not made again. Only the tests of the program count lines, which takes time. What each part took is told at
# the end.
test: test-environment ## 运行全部检查（含浏览器） / every check, the browser ones included
	@shared=$$(mktemp -d) && trap 'rm -rf "$$shared"' EXIT && trap 'exit 130' INT TERM && status=0; \
	part() { $(BIN)/python tests/support/timed.py "$$shared/times" "$$@"; }; \
	{ echo "== ruff"; part "ruff" $(BIN)/ruff check . || exit 1; echo "== mypy"; part "mypy" $(BIN)/mypy; } \
		>"$$shared/lint" 2>&1 & lint=$$!; \
	$(BIN)/python scripts/setup_browser.py || status=1; \
	wait $$lint || status=1; cat "$$shared/lint"; \
	export IPPORTAL_TEST_FOLDER="$$shared"; \
	grep -q '^id = "chegu-ip"' portal.toml || { echo "== selftest"; part "selftest" $(BIN)/ipportal selftest || status=1; }; \
	echo "== site, browser and data tests"; \
	part "tests/browser tests/instance" $(BIN)/python -m pytest $(PARALLEL) tests/browser tests/instance || status=1; \
	echo "== tests of the program"; \
	part "tests/engine" $(BIN)/python -m pytest $(PARALLEL) tests/engine \
		--cov=ipportal --cov-report=term:skip-covered --cov-fail-under=$(COVERAGE_FLOOR) || status=1; \
	echo "== 处理器时间、实际时间 / processor time, real time"; cat "$$shared/times"; \
	exit $$status

# The further cases of what "make test" tries a sample of; how much of each is left to this is in tests/slow/README.md.
test-slow: test-environment ## 每夜与发布前：其余的全部重复 / nightly and before a release: all further repeats
	$(BIN)/python scripts/setup_browser.py --slow
	$(BIN)/python -m pytest $(PARALLEL) -m "slow or hypothesis" --hypothesis-profile many tests

test-quick: test-environment ## 只跑代码与数据测试，不建站、不开浏览器 / code and data only: no site, no browser
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n $(JOBS) tests/engine tests/instance --ignore=tests/instance/site
	@echo "未运行：网站测试与浏览器测试（tests/instance/site、tests/browser）和覆盖率下限。全部检查请用 make test。"
	@echo "NOT RUN: site tests, browser tests, the coverage floor. Run 'make test' for everything."

coverage: test-environment ## 逐行列出未被测试到的代码 / which lines no test reaches
	$(BIN)/python -m pytest -n $(JOBS) tests/engine --cov=ipportal --cov-report=term-missing

lint: test-environment ## 代码风格与类型 / style and types
	$(BIN)/ruff check .
	$(BIN)/mypy

serve: environment ## 边改边看的本机预览 / live preview on this machine
	$(BIN)/ipportal serve

check: environment ## 只检查数据 / check the data only
	$(BIN)/ipportal check

verify: environment ## 复查已生成的 site/ / read the finished site/ once more
	$(BIN)/ipportal verify

bench: test-environment ## 测量检查与构建的时间和内存 / time and memory of check and build
	$(BIN)/python tests/benchmarks/bench.py
	PYTHONPATH=scripts:tests $(BIN)/python tests/benchmarks/bench_growth.py --build
	PYTHONPATH=scripts $(BIN)/python tests/benchmarks/bench_charts.py
	PYTHONPATH=scripts:tests $(BIN)/python tests/benchmarks/bench_weight.py
	PYTHONPATH=scripts:tests $(BIN)/python tests/benchmarks/bench_registers.py

lighthouse: test-environment browser ## 用 Lighthouse 给 site/ 打分（需要 npm） / Lighthouse scores of site/ (needs npm)
	PYTHONPATH=scripts:tests $(BIN)/python tests/benchmarks/lighthouse.py

pictures: test-environment browser ## 重拍 README 的图 / take the pictures of the README anew
	PYTHONPATH=scripts:tests $(BIN)/python scripts/readme_pictures.py

load: test-environment ## 许多读者同时访问 site/（需要 nginx） / many readers of site/ at once (needs nginx)
	PYTHONPATH=scripts:tests $(BIN)/python tests/benchmarks/load.py

lock: ## 更新两个锁定文件（需要 uv） / renew both lock files (needs uv)
	@command -v uv >/dev/null 2>&1 || { \
		echo "需要 uv，请先运行：python3 -m pip install --user uv"; \
		echo "uv is needed; first run: python3 -m pip install --user uv"; exit 1; }
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-strip-extras \
		--extra test pyproject.toml -o requirements-test.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-strip-extras \
		-c requirements-test.lock pyproject.toml -o requirements.lock
	uv run --quiet --no-project --python 3.11 --with pip --with packaging \
		env PYTHONPATH=scripts python scripts/lock_metadata.py

licences: environment ## 更新依赖许可清单，不允许的许可会被拒绝 / renew the licence list; refuse what is not allowed
	PYTHONPATH=scripts $(BIN)/python scripts/licences.py

audit: ## 查依赖有没有已知漏洞（要联网） / known vulnerabilities of the dependencies (needs the network)
	"$(PYTHON)" -m venv .audit
	.audit/bin/python -m pip install --quiet pip-audit
	.audit/bin/pip-audit --requirement requirements.lock --disable-pip

clean: ## 删除环境、缓存和 site/ / remove the environment, caches and site/
	rm -rf $(VENV) .audit site .cache build dist .pytest_cache .mypy_cache .ruff_cache .coverage .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One home for setting up; it does nothing where all is there.
environment: ## 建立或更新运行环境 / make the environment or bring it up to date
	@"$(PYTHON)" scripts/set_up.py --venv "$(VENV)"

test-environment:
	@"$(PYTHON)" scripts/set_up.py --venv "$(VENV)" --tests


# Chromium, a Chinese font and Java: installed where we may, else named, with the command for this system.
browser: test-environment
	@$(BIN)/python scripts/setup_browser.py
