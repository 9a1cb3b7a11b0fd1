"""What is told to the outside as it is kept: the fan-out of events, notices, their texts, and webhooks."""
