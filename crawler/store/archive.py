"""The archive as its users hold it: opened, locked, written and read.

Each subject is a module of functions over the connection; this class gives them one name, one set
of errors, and one moment for each transaction.
"""

from crawler.store.marking import MarkSide
from crawler.store.readside import ReadSide
from crawler.store.tellside import TellSide
from crawler.store.writeside import WriteSide


class Archive(WriteSide, MarkSide, TellSide, ReadSide):
    """One archive file; see `Archive.open`."""
