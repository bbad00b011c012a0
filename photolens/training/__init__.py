"""Training of models. Nothing of the program needs it, and the installers leave it out."""
