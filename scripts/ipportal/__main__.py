from ipportal.cli import main

raise SystemExit(main())
