"""One module for each command of the program: ``add_arguments`` and ``run``."""
