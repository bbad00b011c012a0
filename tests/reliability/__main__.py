import sys

from tests.reliability.soak import main

if __name__ == "__main__":
    sys.exit(main())
