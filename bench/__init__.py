"""The benchmark: measures Presently and its peers on temporary servers, the same that the tests use."""
