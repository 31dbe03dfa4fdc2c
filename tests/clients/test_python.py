"""python-socketio, another implementation of the protocol, against `TEST_SERVER`: the wire, and what a server that sends
everything back makes visible."""

import asyncio
import os
import socket
import subprocess
import time
import unittest

import socketio
from engineio.payload import Payload
from socketio.exceptions import ConnectionError as Refused

# By default this client drops a poll with more than 16 packets, as its documentation warns: any busy server sends such.
Payload.max_decode_packets = 10_000

PATH = "/community/chat/socket.io"
WAYS = {"polling only": ["polling"], "websocket only": ["websocket"], "as it likes": None}


class Server:
    """The server under test, on a port of its own."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"

    def start(self):
        environment = {**os.environ, "PORT": str(self.port)}
        self.process = subprocess.Popen([os.environ["TEST_SERVER"]], env=environment, stdout=subprocess.DEVNULL)
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("the server does not listen")

    def kill(self):
        self.process.kill()
        self.process.wait()


server = Server()


def setUpModule():
    server.start()


def tearDownModule():
    server.kill()


class Ears:
    """What comes back on a client, in order."""

    def __init__(self, client):
        self.heard = asyncio.Queue()
        client.on("message-back", self._hear)

    async def _hear(self, *args):
        self.heard.put_nowait(args)

    async def next(self):
        return await asyncio.wait_for(self.heard.get(), 20)


class PythonClient(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        # It would report every slow step of the client.
        asyncio.get_running_loop().set_debug(False)

    async def connected(self, transports=None, **more):
        client = socketio.AsyncClient(**more)
        self.addAsyncCleanup(client.disconnect)
        await client.connect(server.origin, socketio_path=PATH, transports=transports)
        return client

    async def test_it_upgrades_when_it_may(self):
        for way, transport in {"polling only": "polling", "as it likes": "websocket"}.items():
            client = await self.connected(WAYS[way])
            self.assertEqual(client.transport(), transport)

    async def test_lines_keep_their_order(self):
        for way, transports in WAYS.items():
            with self.subTest(way):
                client = await self.connected(transports)
                ears = Ears(client)
                for line in range(1000):
                    await client.emit("message", line)
                for line in range(1000):
                    self.assertEqual(await ears.next(), (line,))

    async def test_binary_and_large_events_come_back(self):
        for way, transports in WAYS.items():
            with self.subTest(way):
                client = await self.connected(transports)
                ears = Ears(client)
                data = bytes(range(256)) * 1000
                for args in [(b"\x01\x02", {"deep": [data, "안녕"]}, 1.5, None), ("x" * 900_000,), (b"",)]:
                    await client.emit("message", args)
                    self.assertEqual(await ears.next(), args)

    async def test_answers_echo_the_question(self):
        for way, transports in WAYS.items():
            with self.subTest(way):
                client = await self.connected(transports)
                for number in range(200):
                    self.assertEqual(await client.call("message-with-ack", number, timeout=10), number)
                self.assertEqual(await client.call("message-with-ack", {"a": b"\x07"}, timeout=10), {"a": b"\x07"})

    async def test_namespaces(self):
        client = socketio.AsyncClient()
        self.addAsyncCleanup(client.disconnect)
        auth = asyncio.get_running_loop().create_future()
        client.on("auth", lambda payload: auth.set_result(payload), namespace="/custom")
        options = {"socketio_path": PATH, "auth": {"token": "안녕"}, "wait_timeout": 5}
        await client.connect(server.origin, namespaces=["/", "/custom"], **options)
        self.assertEqual(await asyncio.wait_for(auth, 5), {"token": "안녕"})
        self.assertNotEqual(client.get_sid("/"), client.get_sid("/custom"))
        with self.assertRaises(Refused):
            await socketio.AsyncClient().connect(server.origin, namespaces=["/unknown"], **options)

    async def test_a_silent_client_is_kept(self):
        clients = [await self.connected(transports) for transports in WAYS.values()]
        await asyncio.sleep(3.5)
        for client in clients:
            self.assertTrue(client.connected)
            self.assertEqual(await client.call("message-with-ack", "still here", timeout=5), "still here")

    async def test_it_comes_back_after_the_server_was_killed(self):
        for way, transports in WAYS.items():
            with self.subTest(way):
                client = await self.connected(transports, reconnection_delay=0.2)
                gone, back = asyncio.Event(), asyncio.Event()
                client.on("disconnect", lambda *_, gone=gone: gone.set())
                client.on("connect", back.set)
                await asyncio.to_thread(server.kill)
                await asyncio.wait_for(gone.wait(), 10)
                back.clear()
                await asyncio.to_thread(server.start)
                await asyncio.wait_for(back.wait(), 20)
                self.assertEqual(await client.call("message-with-ack", way, timeout=5), way)


if __name__ == "__main__":
    unittest.main()
