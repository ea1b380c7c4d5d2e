"""The months that can be chosen: those that the release has figures for. They come from the deliveries, not from a clock."""

import dagster as dg

NAME = "month"
MONTHS = dg.DynamicPartitionsDefinition(name=NAME)
