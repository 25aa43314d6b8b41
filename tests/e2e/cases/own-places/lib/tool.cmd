@echo a tool
