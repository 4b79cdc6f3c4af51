"""Faults planted while the program runs, to see that the suite catches each. Nothing of it is in the product."""
