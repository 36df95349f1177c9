"""Pure security rules: who may do what over whom, passwords, tokens. No database, no HTTP."""
