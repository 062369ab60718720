"""Guards against other CPUs, taken away one at a time: bugs for the explorer."""
