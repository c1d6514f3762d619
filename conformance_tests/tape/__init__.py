"""Gradients: tapes in every arrangement, Jacobians, custom gradients, forward mode."""
