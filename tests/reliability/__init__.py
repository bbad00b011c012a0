"""Thirty ways in which a photo library could lose something, and none may."""
