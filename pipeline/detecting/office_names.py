"""Media types of Office documents by the extensions of their names."""

OPEN_XML = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."

OFFICE_NAMES = {
    ".docx": OPEN_XML + "wordprocessingml.document",
    ".docm": OPEN_XML + "wordprocessingml.document",
    ".dotx": OPEN_XML + "wordprocessingml.document",
    ".pptx": OPEN_XML + "presentationml.presentation",
    ".pptm": OPEN_XML + "presentationml.presentation",
    ".ppsx": OPEN_XML + "presentationml.presentation",
    ".potx": OPEN_XML + "presentationml.presentation",
    ".xlsx": OPEN_XML + "spreadsheetml.sheet",
    ".xlsm": OPEN_XML + "spreadsheetml.sheet",
    ".xltx": OPEN_XML + "spreadsheetml.sheet",
    ".doc": "application/msword",
    ".ppt": "application/vnd.ms-powerpoint",
    ".xls": "application/vnd.ms-excel",
    ".odt": OPEN_DOCUMENT + "text",
    ".ods": OPEN_DOCUMENT + "spreadsheet",
    ".odp": OPEN_DOCUMENT + "presentation",
    ".fodt": OPEN_DOCUMENT + "text-flat-xml",
    ".fods": OPEN_DOCUMENT + "spreadsheet-flat-xml",
    ".fodp": OPEN_DOCUMENT + "presentation-flat-xml",
    ".xlsb": "application/vnd.ms-excel.sheet.binary.macroenabled.12",
    ".dot": "application/msword",
    ".pps": "application/vnd.ms-powerpoint",
    ".pot": "application/vnd.ms-powerpoint",
    ".xlt": "application/vnd.ms-excel",
    ".ott": OPEN_DOCUMENT + "text",
    ".ots": OPEN_DOCUMENT + "spreadsheet",
    ".otp": OPEN_DOCUMENT + "presentation",
}
