"""`python -m photolens` is the `photolens` command. A program that is frozen into one file begins here."""

import sys

from photolens.imaging import limits, worker_main

if sys.argv[1:] == [limits.FROZEN_ARGUMENT]:
    worker_main.main()

from photolens.cli import main

raise SystemExit(main())
