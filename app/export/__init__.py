"""Out of here: tables of the office as files for a spreadsheet or a program."""
