"""Stands for a module of torchvision, see `pre_find_module_path`."""
