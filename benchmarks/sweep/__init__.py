"""The op sweep: every op at a small and a large size, beside the same call written by hand."""
