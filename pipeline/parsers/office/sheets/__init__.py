"""Workbooks: XLSX, XLSB, XLS, ODS and SpreadsheetML."""
