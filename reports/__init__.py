"""How the warehouse is shown: one release in, self-contained HTML pages out. Formats and draws; decides no rule."""
