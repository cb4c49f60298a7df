"""What it costs, beside the same thing written by hand. Ratios of one run; `make bench` prints them."""
