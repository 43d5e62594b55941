"""The report of a study: one page that stands by itself, with figures, the tables behind them and what they rest on."""
