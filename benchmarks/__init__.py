"""`make bench`: speed as ratios to limits measured in the same run. See `benchmarks/README.md`."""
