"""Mutation testing: the policies changed in small ways while the specs run, to see that one of them notices each."""
