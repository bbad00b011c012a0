"""`python -m photolens` is the `photolens` command. A program that is frozen into one file begins here."""

import sys

if len(sys.argv) == 2:  # else no worker, and a window does not wait for what only workers need
    from photolens.embedding import model_main, model_process
    from photolens.imaging import limits, worker_main

    if sys.argv[1] == limits.FROZEN_ARGUMENT:
        worker_main.main()
    if sys.argv[1] == model_process.FROZEN_ARGUMENT:
        model_main.main()

from photolens.cli import main

raise SystemExit(main())
