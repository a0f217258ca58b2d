"""Real processes, thousands of statuses across a fault, and an audit of each."""
