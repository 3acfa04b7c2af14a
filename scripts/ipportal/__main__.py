"""`python -m ipportal` and the `ipportal` command: the command line, or what to install so that it can start."""

import sys

try:
    from ipportal import cli

    MISSING = ""
except ModuleNotFoundError as error:
    if (error.name or "").startswith("ipportal"):
        raise
    MISSING = error.name or str(error)


def main() -> int:
    """Run the command line; exit code 1 where a library it needs is not installed."""
    if not MISSING:
        return cli.main()
    command = "python -m pip install --require-hashes -r requirements.lock"
    print(f"缺少依赖 {MISSING}。请运行：{command}", file=sys.stderr)
    print(f"{MISSING} is missing. Run: {command}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
