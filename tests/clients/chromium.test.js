// The official clients in a page that comes from another origin than the server.

import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { startBrowser } from './support/browser.js';
import { bundle, names } from './support/libraries.js';
import { Server } from './support/server.js';

const application = process.env.TEST_APPLICATION;
const { cases } = (await import(`./applications/${application}.js`)).default;

const pages = createServer(page);
let server, browser, origin;

before(async () => {
  await once(pages.listen(0, '127.0.0.1'), 'listening');
  origin = `http://localhost:${pages.address().port}`;
  server = await Server.started({ CORS_ORIGINS: origin });
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await server?.close();
  pages.closeAllConnections();
  pages.close();
});

for (const name of names) {
  for (const sentence of Object.keys(cases)) {
    test(`${name}: ${sentence}`, { timeout: 60_000 }, async () => {
      const tab = await browser.newPage();
      try {
        await tab.exposeFunction('killServer', () => server.kill());
        await tab.exposeFunction('startServer', () => server.start());
        await tab.goto(origin);
        await tab.evaluate(
          async ({ name, sentence, application, origin, slowOrigin }) => {
            const { io } = await import(`/library/${name}`);
            const { World } = await import('/support/world.js');
            const served = (await import(`/applications/${application}.js`)).default;
            const server = { origin, slowOrigin, kill: window.killServer, start: window.startServer };
            await new World(io, server, served).run(served.cases[sentence]);
          },
          { name, sentence, application, origin: server.origin, slowOrigin: server.slowOrigin },
        );
      } finally {
        await tab.close();
      }
    });
  }
}

/** The empty page, a client library, or one of our own modules. */
function page(request, response) {
  const library = names.find((name) => request.url === `/library/${name}`);
  const module = /^\/(support|applications|cases)\/\w+\.js$/.test(request.url);
  if (library || module) {
    response.setHeader('content-type', 'text/javascript');
    const file = library ? bundle(library) : fileURLToPath(new URL(`.${request.url}`, import.meta.url));
    createReadStream(file).pipe(response);
  } else {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>clients</title>');
  }
}
