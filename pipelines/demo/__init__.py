"""A demo network: writes the exports of twelve invented clinics, each in its system's own format, with one story planted in each clinic."""

from pipelines.demo.facts import DemoFacts
from pipelines.demo.network import write_network

__all__ = ["DemoFacts", "write_network"]
