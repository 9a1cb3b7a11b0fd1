"""Reports over HTTP: which there are, and each as JSON, workbook or pages."""
