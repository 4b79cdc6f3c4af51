"""Random worlds: an oracle of the rules, and the same steps through it and through the product."""
