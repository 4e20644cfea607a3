"""What the operating system refused, in the user's words instead of the system's."""

from __future__ import annotations

import errno

REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "该位置已有同名文件，不是文件夹",
    errno.EISDIR: "这是一个文件夹，不是文件",
    errno.EACCES: "没有权限",
    errno.EPERM: "系统不允许这样做",
    errno.EROFS: "所在磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EFBIG: "文件超过了系统允许的大小",
    errno.ENAMETOOLONG: "路径太长",
    errno.ELOOP: "链接指向自己",
    errno.EMFILE: "打开的文件过多",
    errno.EIO: "磁盘读写出错",
}


def reason_of(error: OSError) -> str:
    """Return why the system refused; what is not listed keeps the system's own words.

    >>> reason_of(FileNotFoundError(errno.ENOENT, "No such file or directory"))
    '没有这个文件或文件夹'
    """
    return REASONS.get(error.errno or 0) or error.strerror or str(error)
