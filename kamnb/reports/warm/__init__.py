"""Kernels that are forked from a process in which the imports are already done; no socket, no thread, no start-up."""
