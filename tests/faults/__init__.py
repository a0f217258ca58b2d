"""Real processes, thousands of statuses across a fault, and an audit of what became of each."""
