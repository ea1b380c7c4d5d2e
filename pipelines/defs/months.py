"""The months that can be reported. They come from the deliveries, not from a clock: what was not delivered cannot be chosen."""

import dagster as dg

NAME = "month"
MONTHS = dg.DynamicPartitionsDefinition(name=NAME)
