"""Numbers as spreadsheets show them: number formats (ECMA-376, 18.8.30 and 18.8.31)."""
