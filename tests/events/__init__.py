"""Whether two stories tell of one event: the labelled set, what is fitted on it, and what is judged by it."""
