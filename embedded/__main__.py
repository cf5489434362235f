import sys

from embedded.make_run import main

sys.exit(main())
