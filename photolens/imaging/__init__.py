"""Pixels, and what the file says about them. Pillow lives in this room and nowhere else."""
