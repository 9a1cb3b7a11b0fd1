"""The close of the day: the checklist that runs itself, its steps, and the reports that it archives."""
