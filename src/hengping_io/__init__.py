"""Files and engines: reads into and writes from the one document model."""
