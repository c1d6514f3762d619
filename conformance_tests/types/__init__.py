"""Types of values: specs, extension types, conversions and dispatch of classes of one's own."""
