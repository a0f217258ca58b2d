"""What `./presently doctor` looks at, a noun each."""
