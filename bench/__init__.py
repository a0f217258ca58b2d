"""What is claimed about speed, measured beside the peers; on the throw-away servers that the tests have."""
