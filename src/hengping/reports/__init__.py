"""报告生成: sections and facts become one document in which every figure has its working."""
