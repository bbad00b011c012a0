"""The built-in model, photolens-mini, from nothing: `python -m photolens.training.builtin --help`.

README.md here says which data sets it needs and how long it takes.
"""
