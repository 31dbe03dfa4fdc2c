// The official client in the version of the existing page, and in the newest one. Installed outside of this folder:
// `CLIENT_MODULES` is the `node_modules` they are in.

import { createRequire } from 'node:module';
import { join } from 'node:path';

const modules = process.env.CLIENT_MODULES;
const require = createRequire(join(modules, 'none.js'));

export const names = ['socket.io-client-4.7.2', 'socket.io-client'];

/** The exports of an installed package. */
export const load = (name) => require(name);

/** The file that a page loads. */
export const bundle = (name) => join(modules, name, 'dist/socket.io.esm.min.js');
