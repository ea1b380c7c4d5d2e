"""The parts of a report, one module a part: from a scope's rows to values that the templates set."""
