"""Earlier years at the office: answers and totals from archives."""
