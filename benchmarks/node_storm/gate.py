"""The way to the object store of a storm: what may be killed, and nothing that was stored is lost.

    python -m benchmarks.node_storm.gate HOST PORT BEHIND_PORT

The store itself (moto) keeps its objects in memory: killed, it would have lost what was accepted,
and that would be its loss, not the service's.
"""

import asyncio
import sys

_PIECE = 65_536


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(_PIECE):
            writer.write(data)
            await writer.drain()
    except OSError:
        return
    finally:
        writer.close()


async def main(host: str, port: int, behind: int) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            to, back = await asyncio.open_connection("127.0.0.1", behind)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_pass(reader, back), _pass(to, writer))

    server = await asyncio.start_server(serve, host, port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
