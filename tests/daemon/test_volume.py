"""A network file system under the archive is refused."""

from pathlib import Path

import pytest

from crawler.errors import ArchiveError
from crawler.store.volume import file_system, refuse_network

MOUNTINFO = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:26 / /mnt rw shared:5 - tmpfs tmpfs rw
31 30 0:50 / /mnt/with\\040space rw - nfs4 server:/export rw
32 30 0:51 / /mnt/twice rw - nfs4 server:/export rw
33 30 0:52 / /mnt/twice rw - ext4 /dev/vdb rw
34 22 0:53 / /home rw - fuse.sshfs me@there: rw
nonsense
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/data/archive", "ext4"),
        ("/mnt/here", "tmpfs"),
        ("/mnt/with space/archive", "nfs4"),
        ("/mnt/twice", "ext4"),
        ("/home/me", "fuse.sshfs"),
        ("/homes", "ext4"),
    ],
)
def test_the_kind_is_that_of_the_nearest_mount(tmp_path: Path, path: str, kind: str):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTINFO)
    assert file_system(Path(path), mounts) == kind
    if kind in ("nfs4", "fuse.sshfs"):
        with pytest.raises(ArchiveError, match="network file system"):
            refuse_network(Path(path) / "archive.db", mounts)
    else:
        refuse_network(Path(path) / "archive.db", mounts)


def test_where_nobody_says_nothing_is_refused(tmp_path: Path):
    assert file_system(tmp_path, tmp_path / "none") is None
    refuse_network(tmp_path / "archive.db", tmp_path / "none")
