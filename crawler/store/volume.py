"""What kind of volume the archive lies on: SQLite's write-ahead log needs shared memory and locks
that network file systems do not give."""

from pathlib import Path

from crawler.errors import ArchiveError

MOUNTS = Path("/proc/self/mountinfo")
NETWORK = frozenset(
    {
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "ceph", "glusterfs", "fuse.sshfs",
        "fuse.s3fs", "fuse.rclone", "fuse.glusterfs", "fuse.gcsfuse", "fuse.davfs", "davfs",
    }
)  # fmt: skip


def file_system(path: Path, mounts: Path = MOUNTS) -> str | None:
    """The type of the file system under a path (`ext4`, `nfs4`); None where nobody says."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return None
    found: tuple[int, str | None] = (-1, None)
    for line in lines:
        before, _, after = line.partition(" - ")
        fields, kind = before.split(), after.split()[:1]
        if len(fields) < 5 or not kind:
            continue
        # Spaces and the like are written in octal.
        point = Path(fields[4].encode().decode("unicode_escape", "replace"))
        depth = len(point.parts)
        # Of several mounts on one place the last is seen.
        if depth >= found[0] and path.is_relative_to(point):
            found = depth, kind[0]
    return found[1]


def refuse_network(path: Path, mounts: Path = MOUNTS) -> None:
    """Raises ArchiveError when the file lies on a network file system."""
    kind = file_system(path.parent.resolve(), mounts)
    if kind in NETWORK:
        raise ArchiveError(
            f"{path} lies on a network file system ({kind}), where SQLite loses writes",
            "put the archive on a local disk, and back it up to the network with `crawl backup`",
        )
