"""`python -m ipportal` and the `ipportal` command: the command line, or what to install so that it can start."""

import sys


def main() -> int:
    """Run the command line; exit code 1 where a library it needs is not installed."""
    try:
        # not at the top: the processes that draw charts load this module too, and need nothing of the command line
        from ipportal import cli

        return cli.main()
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("ipportal"):
            raise
        missing = error.name or str(error)
    command = "python3 scripts/set_up.py"
    print(f"缺少依赖 {missing}。请运行：{command}", file=sys.stderr)
    print(f"{missing} is missing. Run: {command}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
