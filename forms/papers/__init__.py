"""What a respondent can print or keep: worksheet, receipt, and a page about the enterprise."""
