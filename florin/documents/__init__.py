"""What people and other programs are handed to read: tables for spreadsheets, pages, reports in all their forms."""
