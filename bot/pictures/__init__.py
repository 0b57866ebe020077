"""Pictures: one file of each that all platforms take (`prepare`)."""
