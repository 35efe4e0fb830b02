"""Office documents that are one file of XML: flat OPC, and those of Office 2003."""
