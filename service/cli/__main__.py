"""The command line for `python -m service.cli`, where the `insignia` script is not on the path."""

from service.cli import main

main(prog_name="insignia")
