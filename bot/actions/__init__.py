"""Every write to the ledger: one verb function each, the connection first."""
