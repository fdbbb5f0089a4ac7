"""`python -m certbulk`: the command line."""

from certbulk.cli import main

if __name__ == "__main__":
    main()
