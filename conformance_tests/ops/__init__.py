"""The ops one by one, where a literal says more than a recorded golden."""
