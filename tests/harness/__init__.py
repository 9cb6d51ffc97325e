"""Tools of the browser tests, the load test and the benchmarks."""
