"""What is made of the results: a table, plots and a page."""
