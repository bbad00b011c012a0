"""Measurements: `make bench`."""

import pillow_heif  # noqa: F401  its HEVC encoder fails when USearch was loaded before

import photolens  # noqa: F401  before numpy, whose threads it counts
