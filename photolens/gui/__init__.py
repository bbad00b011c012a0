"""The window. Nothing below this package knows of Qt."""
