"""Certificates of completion: awarded once for an enrolment, printed as PDF, verified by anyone with the code."""
