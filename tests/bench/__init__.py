"""Measurements: `make bench`."""

import photolens  # noqa: F401  before numpy, whose threads it counts
