"""Figures as inline SVG: pure functions from numbers and words to markup, a module a kind. Colours are CSS classes."""
