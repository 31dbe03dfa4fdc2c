// What the cases need to wait and to compare, in Node and in a page alike.

/** Fails unless both are equal as JSON. */
export function same(actual, expected, what = 'value') {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: ${excerpt(left)} instead of ${excerpt(right)}`);
}

/** Fails unless `lines` are the numbers from 0 to `count` - 1, in order; says where they first are not. */
export function counted(lines, count) {
  const wrong = lines.findIndex((line, index) => line !== `${index}`);
  if (wrong >= 0) throw new Error(`line ${wrong} is ${lines[wrong]}, after ${lines.slice(Math.max(0, wrong - 3), wrong)}`);
  same(lines.length, count, 'lines');
}

/** The promise's value, or a failure after `seconds`. */
export function within(seconds, promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The arguments of the next event of this name. */
export function next(emitter, event, seconds = 10) {
  return within(seconds, new Promise((resolve) => emitter.once(event, (...args) => resolve(args))), event);
}

/** Returns once `condition()` holds. */
export async function until(condition, what, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`no ${what} within ${seconds} s`);
    await pause(5);
  }
}

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const excerpt = (text) => (text && text.length > 300 ? `${text.slice(0, 300)}… (${text.length})` : text);
