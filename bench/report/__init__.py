"""Reports on the results: a table, plots and a page."""
