// What the protocol carries beside plain lines, on a server that sends it back.

import { next, pause, same, until } from '../support/check.js';
import { transport, ways } from '../support/world.js';

const cases = {
  async 'the payload of the CONNECT arrives'(world) {
    const socket = world.socket({ auth: { token: '안녕', deep: [{ a: null }] } });
    same(await next(socket, 'auth'), [{ token: '안녕', deep: [{ a: null }] }], 'auth');
  },

  async 'namespaces are joined and left one by one'(world) {
    const main = await world.entered();
    const custom = world.beside(main, '/custom');
    await next(custom, 'connect');
    same(custom.id === main.id, false, 'the same id');
    const unknown = world.beside(main, '/unknown');
    const [error] = await next(unknown, 'connect_error');
    same(error.message, 'Invalid namespace', 'refusal');
    custom.disconnect();
    same(await main.timeout(5000).emitWithAck('message-with-ack', 1), 1, 'main namespace');
    const again = next(custom, 'connect');
    custom.connect();
    await again;
    same(main.connected, true, 'connected');
  },

  async 'an event that nobody handles is not answered'(world) {
    const socket = await world.entered();
    const [error] = await new Promise((resolve) => socket.timeout(300).emit('nobody', (...args) => resolve(args)));
    same(error?.message, 'operation has timed out', 'error');
    same(await socket.timeout(5000).emitWithAck('message-with-ack', 'alive'), 'alive', 'answer');
  },

  async 'answers come in the order of the questions'(world) {
    const socket = await world.entered();
    const answers = [];
    for (let number = 0; number < 1000; number++) {
      socket.emit('message-with-ack', number, { half: number / 2 }, (...args) => answers.push(args));
    }
    await until(() => answers.length === 1000, 'answers');
    same(answers, Array.from({ length: 1000 }, (_, number) => [number, { half: number / 2 }]), 'answers');
  },
};

for (const [way, options] of Object.entries(ways)) {
  cases[`900 kB go both ways, ${way}`] = async (world) => {
    const socket = await world.entered(options);
    for (const [piece, size] of [['x', 900_000], ['안', 299_990], ['\u{1f327}', 224_990]]) {
      const text = piece.repeat(size);
      const [back] = await echo(socket, text);
      same(back === text, true, `${piece} × ${size} unchanged`);
    }
    if (options.transports) same(transport(socket), options.transports[0], 'transport');
    same(socket.connected, true, 'connected');
  };

  cases[`binary travels anywhere in the arguments, ${way}`] = async (world) => {
    const socket = await world.entered(options);
    const large = bytes(300_000);
    const [first, nested, text, empty] = await echo(socket, bytes(3), { a: [1, { b: large }] }, 'text', bytes(0));
    same(Array.from(new Uint8Array(first)), [0, 1, 2], 'first');
    same(sum(nested.a[1].b), sum(large), 'nested');
    same([nested.a[0], text, new Uint8Array(empty).length], [1, 'text', 0], 'rest');
    const answer = await socket.timeout(10_000).emitWithAck('message-with-ack', { inside: bytes(5) });
    same(Array.from(new Uint8Array(answer.inside)), [0, 1, 2, 3, 4], 'answer');
  };

  cases[`binary and text keep their order, ${way}`] = async (world) => {
    const socket = await world.entered(options);
    const back = [];
    socket.on('message-back', (number, data) => back.push([number, data && Array.from(new Uint8Array(data))]));
    const sent = Array.from({ length: 300 }, (_, number) => [number, number % 2 ? [number % 256, 7] : null]);
    for (const [number, data] of sent) socket.emit('message', number, data && Uint8Array.from(data));
    await until(() => back.length === sent.length, 'echo');
    same(back, sent, 'order');
  };

  cases[`a client that leaves is let in again, ${way}`] = async (world) => {
    const socket = await world.entered(options);
    for (let round = 0; round < 3; round++) {
      const former = socket.id;
      socket.disconnect();
      await pause(20);
      const again = next(socket, 'connect');
      socket.connect();
      await again;
      same(socket.id === former, false, 'the same id');
      same(await echo(socket, round), [round], 'echo');
    }
  };
}

function echo(socket, ...args) {
  const back = next(socket, 'message-back', 20);
  socket.emit('message', ...args);
  return back;
}

const bytes = (length) => Uint8Array.from({ length }, (_, index) => index % 251);

/** Order counts. */
const sum = (data) => new Uint8Array(data).reduce((total, byte) => (total * 31 + byte) % 1_000_003, 0);

export default cases;
