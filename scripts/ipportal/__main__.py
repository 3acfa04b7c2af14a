"""`python -m ipportal`, for places where the command is not on the path."""

from ipportal.cli import main

raise SystemExit(main())
