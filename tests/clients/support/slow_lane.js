// A way to the server on which everything is quick but the opening of WebSockets, so that a client upgrades in the middle
// of its conversation. Clients on one machine would have upgraded before they say a word.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { pause } from './check.js';

const DELAY = 250; // milliseconds

/** An origin, and a `close`. */
export async function slowLane(port) {
  const lane = createServer(async (client) => {
    client.on('error', () => {});
    const [first] = await once(client, 'data');
    client.pause();
    if (/^upgrade: *websocket/im.test(first)) await pause(DELAY);
    const server = connect(port, '127.0.0.1');
    server.on('error', () => client.destroy());
    client.on('close', () => server.destroy());
    server.write(first);
    client.pipe(server).pipe(client);
  });
  await once(lane.listen(0, '127.0.0.1'), 'listening');
  return { origin: `http://127.0.0.1:${lane.address().port}`, close: () => lane.close() };
}
