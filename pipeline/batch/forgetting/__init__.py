"""Forgetting a session, or a person wherever they occur, so that a search finds nothing of them.

What is asked for (``order``) is written down first and struck out last (``carrying_out``): a process killed
in between is made up for by ``baekseo forget --resume``, and nothing else may work in the workspace before.
What others said stays as it was (``results``, ``drafts``); it is not recognised again. Recordings and edited
copies are people's own: listed, and deleted only on demand.
"""
