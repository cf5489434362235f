import sys

from embedded.run import main

sys.exit(main())
