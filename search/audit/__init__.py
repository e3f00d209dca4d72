"""Proof that nothing keeps or tells what a visitor asks: `advice privacy-audit`.

Strategy: words that nothing else holds (`canary`) are asked of the real server, in a process with folders of its own
(`rooms`, `process`), by visitors in a real browser (`walks`, `visitor`) and by bare requests (`bare`), while sockets,
open files and arguments of the server are watched (`watch`, `witness`). Then `checks` looks for these words, in every
form that they may have taken (`unwrap`), wherever they must not be. `run` does all of it.
"""
