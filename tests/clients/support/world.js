// What a case is given: a client library, a server, and what is served there.

import { next } from './check.js';

/** `server` has an `origin`, another one by the slow lane, and `kill` and `start`, which return promises. */
export class World {
  #open = [];

  constructor(io, server, application) {
    Object.assign(this, { io, server, application });
  }

  /** A socket with the existing client's exact options and what is added to them. */
  socket(more = {}, origin = this.server.origin) {
    const socket = this.io(origin, { path: this.application.path, ...more });
    this.#open.push(socket);
    return socket;
  }

  /** One more namespace on the connection of a socket. */
  beside(socket, namespace) {
    const other = socket.io.socket(namespace, {});
    this.#open.push(other);
    return other;
  }

  /** A socket that is connected and may speak. */
  async entered(more, origin) {
    const socket = this.socket(more, origin);
    await next(socket, 'connect');
    await this.application.enter(socket);
    return socket;
  }

  /** Runs a case and closes what it left open. */
  async run(test) {
    try {
      await test(this);
    } finally {
      for (const socket of this.#open) socket.disconnect();
    }
  }
}

/** How a client may be told to travel. */
export const ways = { 'polling only': { transports: ['polling'] }, 'websocket only': { transports: ['websocket'] }, 'as it likes': {} };

/** The name of what carries this socket now. */
export const transport = (socket) => socket.io.engine.transport.name;
