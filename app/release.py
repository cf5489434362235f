"""Which version of the courier this is; images, back-ups and the change log name it."""

VERSION = "1.1.0.dev0"
