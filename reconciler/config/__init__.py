"""`reconciler.toml`: what a repository sets for the tool, table by table, and the place of each fault."""
