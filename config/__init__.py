"""What a deployment chooses."""
