"""Objects whose attributes are tracked: modules, and what a checkpoint is made of."""
