// The server under test, on a port of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { pause } from './check.js';
import { slowLane } from './slow_lane.js';

/** `TEST_SERVER`, a program that reads `PORT` and what else is in the environment. */
export class Server {
  #process;
  #lane;

  constructor(port, environment) {
    Object.assign(this, { port, environment, origin: `http://127.0.0.1:${port}` });
  }

  static async started(environment = {}) {
    const server = new Server(await freePort(), environment);
    await server.start();
    server.#lane = await slowLane(server.port);
    return server;
  }

  /** The same server by another way: see slow_lane.js. */
  get slowOrigin() {
    return this.#lane.origin;
  }

  /** Returns once it listens, on the same port as before. */
  async start() {
    const env = { ...process.env, ...this.environment, PORT: `${this.port}` };
    this.#process = spawn(process.env.TEST_SERVER, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    for (let attempt = 0; attempt < 300; attempt++) {
      if (this.#process.exitCode !== null) throw new Error(`the server ended with ${this.#process.exitCode}`);
      if (await listens(this.port)) return;
      await pause(100);
    }
    throw new Error('the server does not listen after 30 s');
  }

  /** SIGKILL: no goodbye to anyone. */
  async kill() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const end = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await end;
  }

  async close() {
    this.#lane?.close();
    await this.kill();
  }
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

async function listens(port) {
  const probe = connect(port, '127.0.0.1');
  try {
    await once(probe, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    probe.destroy();
  }
}
