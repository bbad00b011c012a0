"""`python -m photolens` is the `photolens` command."""

from photolens.cli import main

raise SystemExit(main())
