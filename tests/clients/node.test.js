// The official clients in Node.js.

import { after, before, test } from 'node:test';
import { load, names } from './support/libraries.js';
import { Server } from './support/server.js';
import { World } from './support/world.js';

const { default: application } = await import(`./applications/${process.env.TEST_APPLICATION}.js`);

let server;
before(async () => (server = await Server.started()));
after(() => server.close());

for (const name of names) {
  for (const [sentence, run] of Object.entries(application.cases)) {
    test(`${name}: ${sentence}`, { timeout: 60_000 }, () => new World(load(name).io, server, application).run(run));
  }
}
