// A mail server that keeps what it is given, and refuses for good what is for `nobody@…`.

import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

export async function mailServer() {
  const mails = [];
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => {}));
    const say = (line) => socket.write(`${line}\r\n`);
    let to;
    let text = null;
    say('220 mails.example.com');
    createInterface({ input: socket }).on('line', (line) => {
      if (text !== null) {
        if (line !== '.') return text.push(line);
        mails.push({ to, text: text.join('\n') });
        text = null;
        return say('250 taken');
      }
      const word = line.slice(0, 4).toUpperCase();
      if (word === 'RCPT') to = line.match(/<(.*?)>/)[1];
      if (word === 'DATA') text = [];
      if (word === 'RCPT' && to.startsWith('nobody@')) say('550 there is no such person');
      else say({ EHLO: '250 mails.example.com', DATA: '354 go on', QUIT: '221 goodbye' }[word] ?? '250 well');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `smtp://127.0.0.1:${server.address().port}`,
    mails,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
