"""How often the auditor is right: measured on published text that people have read and labelled."""
