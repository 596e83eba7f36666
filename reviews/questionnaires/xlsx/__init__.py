"""Templates as workbooks, and the workbook in which somebody fills one in."""
