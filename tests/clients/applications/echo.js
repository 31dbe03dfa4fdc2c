// examples/conformance.rs: what is said comes back.

import echo from '../cases/echo.js';
import wire from '../cases/wire.js';

export default {
  path: '/community/chat/socket.io',
  cases: { ...wire, ...echo },

  /** Nothing has to be said before one may speak. */
  async enter() {},

  say(socket, line) {
    socket.emit('message', line);
  },

  /** Calls back with each line that reaches this socket. */
  hear(socket, heard) {
    socket.on('message-back', heard);
  },
};
