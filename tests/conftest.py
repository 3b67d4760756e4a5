"""Registers the marker that ties a test to the parity rows it proves."""


def pytest_configure(config):
    config.addinivalue_line(
        "markers",
        "row(*ids): the parity rows that this test proves, for example row('fn-07', 'fn-12')",
    )
