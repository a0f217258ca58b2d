"""What each way of writing replaces, covers and mutes: a test for each row of the design's table."""
