"""The reports: each a file that asks the book and says how it ties to it; `registry` lists them all.

A report is data (`domain.report`); the room documents writes it as JSON, workbook and pages.
"""
