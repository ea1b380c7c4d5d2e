"""A demo network: writes the exports of seventeen invented clinics, each in its system's own format, with a story planted in the first twelve."""

from pipelines.demo.facts import DemoFacts
from pipelines.demo.network import write_network

__all__ = ["DemoFacts", "write_network"]
