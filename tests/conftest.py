"""Only names the fixture modules; each says for itself what it gives."""

pytest_plugins = [
    "tests.fixtures.traces",  # first: it looks after everything else was put back
    "tests.fixtures.once",
    "tests.fixtures.drawn",
    "tests.fixtures.servers",
    "tests.fixtures.objects",
    "tests.fixtures.mail",
    "tests.fixtures.browser",
    "tests.fixtures.app",
    "tests.fixtures.courier",
    "tests.fixtures.sync",
    "tests.fixtures.stack",
    "tests.fixtures.screen",
    "tests.fixtures.office",
    "tests.fixtures.web",
    "tests.fixtures.results",
    "tests.fixtures.criteria",
    "tests.fixtures.order",
]
