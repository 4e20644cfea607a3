"""A session with a Spark cluster through its thin client: the one door to that library.

The client is an extra (``hengping[cluster]``) and must be of the same minor version as the server: Spark Connect says
little when they differ, so it is asked first.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from hengping.errors import Unavailable
from hengping_io.arrow_tables import ArrowTable

PORT = 15002
PATIENCE_SECONDS = 5
START = "请先用 ./run spark 启动本地 Spark，或者核对 spark=sc://主机:15002 的地址。"


def connect(address: str) -> Any:
    """Return a session with the server at ``sc://host:port``; refuse one that is not there or of another version."""
    address = address or f"sc://localhost:{PORT}"
    what = f"Spark {address}"
    parts = urlsplit(address)
    if parts.scheme != "sc" or not parts.hostname:
        raise Unavailable(what, "地址不是 sc://主机:端口 的样子", START)
    try:
        with socket.create_connection((parts.hostname, parts.port or PORT), PATIENCE_SECONDS):
            pass
    except OSError as error:
        raise Unavailable(what, f"连接不上：{error.strerror or error}", START) from error
    try:
        from pyspark import __version__ as client
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise Unavailable(what, "没有安装客户端", "请安装 hengping[cluster]。") from error
    try:
        session = SparkSession.builder.remote(address).getOrCreate()
        server = session.version
    except Exception as error:
        raise Unavailable(what, f"没有应答：{str(error).splitlines()[0][:200]}", START) from error
    check_versions(what, server=server, client=client)
    return session


def check_versions(what: str, *, server: str, client: str) -> None:
    """Refuse a server whose minor version is not the client's."""
    if server.split(".")[:2] != client.split(".")[:2]:
        raise Unavailable(
            what, f"服务端是 {server}，客户端是 {client}", "请换用同一小版本的 hengping[cluster] 或服务端。"
        )


def scan(connection: Any, paths: Sequence[str], name: str) -> Any:
    """Return the rows of Parquet files, wherever the cluster reads them from, as a table."""
    session = connection._session  # noqa: SLF001 - ibis reads one path only; a list of files is asked of the session
    session.read.parquet(*paths).createOrReplaceTempView(name)
    return connection.table(name)


def load(connection: Any, table: ArrowTable, name: str) -> Any:
    """Send columns to the cluster as a table."""
    connection._session.createDataFrame(table).createOrReplaceTempView(name)  # noqa: SLF001 - as above
    return connection.table(name)


def lines(found: Any) -> Iterator[dict[str, Any]]:
    """Yield the rows of a result as they arrive."""
    for row in found.toLocalIterator():
        yield row.asDict()
