// What holds whatever the application says: the client connects, nothing is lost on the way, and it comes back.

import { counted, next, pause, same, until } from '../support/check.js';
import { transport, ways } from '../support/world.js';

/** Milliseconds; both servers under test are told so. */
const PING_INTERVAL = 1000;

/** Seconds until a client takes silence for an end: the interval and the timeout of tests/scripts/clients, and some more. */
const PING_PATIENCE = 15;

const cases = {
  async 'the exact options of the page lead to a WebSocket'(world) {
    const socket = world.socket();
    await next(socket, 'connect');
    await until(() => transport(socket) === 'websocket', 'upgrade', 5);
    same(socket.connected, true, 'connected');
    same(typeof socket.id, 'string', 'id');
  },

  async 'an upgrade under fire loses, doubles and reorders nothing'(world) {
    const { origin, slowOrigin } = world.server;
    const [, ...late] = await Promise.all([origin, ...Array(4).fill(slowOrigin)].map((way) => fire(world, way)));
    // On a busy machine some have upgraded before they heard a line; not all of them.
    same(late.some(([before, all]) => before > 0 && before < all), true, `lines by polling: ${late.join(' ')}: some`);
  },

  async 'a client without anything to say is kept'(world) {
    const losses = [];
    for (const options of Object.values(ways)) {
      const socket = await world.entered(options);
      socket.on('disconnect', (reason) => losses.push(reason));
    }
    await pause(3 * PING_INTERVAL + 500);
    same(losses, [], 'losses');
  },
};

for (const [way, options] of Object.entries(ways)) {
  cases[`lines keep their order, ${way}`] = async (world) => {
    const { application } = world;
    const socket = await world.entered(options);
    const heard = [];
    application.hear(socket, (line) => heard.push(line));
    for (let line = 0; line < 2000; line++) application.say(socket, `${line}`);
    await until(() => heard.length >= 2000, 'echo of every line');
    if (options.transports) same(transport(socket), options.transports[0], 'transport');
    counted(heard, 2000);
  };

  cases[`a client comes back after the server was killed, ${way}`] = async (world) => {
    const { application } = world;
    const socket = await world.entered(options);
    const former = socket.id;
    const gone = next(socket, 'disconnect', PING_PATIENCE);
    await world.server.kill();
    try {
      const [reason] = await gone;
      // A client that has just paused its polling for an upgrade which then dies notices by the missing ping alone.
      same(['transport close', 'transport error', 'ping timeout'].includes(reason), true, reason);
      await pause(300);
    } finally {
      // Also for the cases that follow.
      await world.server.start();
    }
    await until(() => socket.connected, 'return');
    same(socket.id === former, false, 'the same id');
    const heard = [];
    application.hear(socket, (line) => heard.push(line));
    application.say(socket, '0');
    await until(() => heard.length, 'echo after the return');
    counted(heard, 1);
  };
}

/** Speaks in small bursts from before the upgrade to after it. How much came back before it, and in all. */
async function fire(world, origin) {
  const { application } = world;
  const socket = await world.entered({}, origin);
  const heard = [];
  application.hear(socket, (line) => heard.push(line));
  let said = 0;
  let before = 0;
  socket.io.engine.once('upgrade', () => (before = heard.length));
  const burst = (size) => {
    for (const end = said + size; said < end; said++) application.say(socket, `${said}`);
  };
  burst(500);
  for (let round = 0, after = 0; after < 20; round++) {
    if (transport(socket) === 'websocket') after++;
    else if (round === 5000) throw new Error('no upgrade');
    burst(round < 100 ? 30 : 1);
    await pause(round % 3);
  }
  burst(500);
  await until(() => heard.length >= said, `echo of ${said} lines`);
  // What was doubled would come now.
  await pause(100);
  counted(heard, said);
  return [before, said];
}

export default cases;
