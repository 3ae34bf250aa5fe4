"""What is sent over a connection that was opened to us leaves at once."""

import asyncio
import socket

from bot.sockets import listening


async def test_an_answer_in_two_parts_does_not_wait_for_the_first_to_be_acknowledged() -> None:
    delays = asyncio.get_running_loop().create_future()

    async def welcome(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ours: socket.socket = writer.get_extra_info("socket")
        delays.set_result(not ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    with listening("127.0.0.1", 0) as (opened,):
        async with await asyncio.start_server(welcome, sock=opened):
            _, writer = await asyncio.open_connection(*opened.getsockname())
            assert await delays is False
            writer.close()
            await writer.wait_closed()
