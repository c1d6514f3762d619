"""tf.Module, name scopes, the making of variables, and what orders ops outside of graphs."""
