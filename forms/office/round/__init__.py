"""The round at the office: overview, calendar, answers, questions, opening and closing."""
