"""Documents inside documents: archives, attachments and who their parents are."""
