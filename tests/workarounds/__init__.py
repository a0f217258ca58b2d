"""What libraries do by themselves. A test that fails says that the workaround of its name can go."""
