// The plaza of the live chat, in the few lines of Engine.IO and Socket.IO that a client needs.
"use strict";

/** One room over one WebSocket, that comes back by itself and misses nothing. */
class Plaza {
  #room = "plaza";
  #socket = null;
  #acks = new Map();
  #lastAck = 0;
  #pid = null; // What the server knows this client by, also after its restart …
  #offset = null; // … and the last event that arrived here: together they bring what was missed.
  #lastSeq = 0;
  #isLive = false; // Who speaks now is here; who is replayed may be gone.
  #deadline = 0;
  #tries = 0;
  #waiting = new Map(); // Sent, and not known to be stored: they are sent again under the same `clientId`.

  constructor(page) {
    this.page = page;
    this.#connect();
  }

  send(text) {
    const clientId = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    this.#waiting.set(clientId, text);
    this.page.waits(clientId, text);
    this.#submit(clientId);
  }

  typing(on) {
    if (this.#isIn()) this.#emit("typing", { room: this.#room, on });
  }

  // ---- The connection

  #connect() {
    const socket = new WebSocket(location.origin.replace(/^http/, "ws") + "/community/chat/socket.io/?EIO=4&transport=websocket");
    this.#socket = socket;
    this.#expectMore();
    socket.onmessage = ({ data }) => socket === this.#socket && this.#packet(String(data));
    socket.onclose = () => socket === this.#socket && this.#lost();
  }

  #lost(inMs) {
    if (!this.#socket) return;
    this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
    this.#isLive = false;
    this.#acks.clear();
    clearTimeout(this.#deadline);
    this.page.isAway();
    const pause = inMs ?? Math.min(250 * 2 ** this.#tries++, 3000) * (0.5 + Math.random() / 2);
    setTimeout(() => this.#connect(), pause);
  }

  #isIn() {
    return this.#socket?.readyState === WebSocket.OPEN && this.me;
  }

  /** Engine.IO: `0` open, `2` ping, `4` message. Socket.IO inside of it: `40` in, `41` out, `42` event, `43` answer, `44` no. */
  #packet(text) {
    this.#expectMore();
    const [, kind, rest] = text.match(/^(4\d|\d)(.*)$/s) ?? [];
    if (kind === "0") {
      const { pingInterval, pingTimeout } = JSON.parse(rest);
      this.patience = pingInterval + pingTimeout;
      this.#expectMore();
      const back = this.#pid && { pid: this.#pid, ...(this.#offset && { offset: this.#offset }) };
      this.#socket.send("40" + JSON.stringify(back ?? {}));
    } else if (kind === "2") this.#socket.send("3");
    else if (kind === "40") this.#entered(JSON.parse(rest));
    else if (kind === "42") this.#event(...JSON.parse(rest));
    else if (kind === "43") {
      const [, id, answer] = rest.match(/^(\d+)(.*)$/s);
      this.#acks.get(Number(id))?.(JSON.parse(answer)[0]);
      this.#acks.delete(Number(id));
    } else if (kind === "44" && JSON.parse(rest).data?.code === "unavailable") this.#lost();
    else if (kind === "41" || kind === "44") {
      this.#socket.onclose = null;
      this.#socket.close();
      this.page.isOut();
    }
  }

  /** A server that says nothing for longer than between two pings is gone. */
  #expectMore() {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#lost(), this.patience ?? 20000);
  }

  #emit(name, payload, answered) {
    const id = answered ? ++this.#lastAck : "";
    if (answered) this.#acks.set(id, answered);
    this.#socket.send(`42${id}${JSON.stringify([name, payload])}`);
  }

  #ask(name, payload) {
    return new Promise((answered) => this.#emit(name, payload, answered));
  }

  // ---- The room

  /** The same `pid` as before: everything that was missed has arrived already. Another one: this is a new start. */
  async #entered({ pid }) {
    const isBack = pid === this.#pid && this.me;
    const since = this.#lastSeq;
    this.#pid = pid;
    if (!isBack) {
      this.#offset = null;
      this.me = null;
      const joined = await this.#ask("join", { room: this.#room });
      if (joined.code === "no_such_room") return this.#closed();
      if (!joined.ok) return this.#lost(joined.retryAfterMs ?? 3000);
      this.page.counts(joined.members);
      const missed = await this.#missed(joined.recent, since);
      this.me = joined.you;
      missed.forEach((message) => this.#say(message));
    }
    this.#tries = 0;
    this.#isLive = true;
    this.page.isIn(this.me);
    for (const clientId of this.#waiting.keys()) this.#submit(clientId);
  }

  /** What was said since that place, oldest first: all of it, however long this client was away. */
  async #missed(recent, since) {
    let messages = recent;
    while (since && messages[0]?.seq > since + 1) {
      const page = await this.#ask("history", { room: this.#room, before: messages[0].seq, limit: 100 });
      if (!page.ok || !page.messages.length) break;
      messages = [...page.messages.reverse(), ...messages];
    }
    return messages;
  }

  #event(name, payload, offset) {
    if (offset) this.#offset = offset;
    if (payload.room && payload.room !== this.#room) return;
    if (name === "message") this.#say(payload);
    else if (name === "message:deleted") this.page.forgets(payload._id);
    else if (name === "presence") this.page.counts(payload.members, payload.joined, payload.left);
    else if (name === "typing") this.page.types(payload.alias, payload.on);
    else if (name === "room:closed") this.#closed();
    else if (name === "reconnect") this.#lost(payload.inMs);
  }

  /** By an administrator. When it is open again, the server ends this connection, so that the next one enters anew. */
  #closed() {
    this.me = null;
    this.page.isOut();
  }

  #say(message) {
    if (message.system) return;
    this.#lastSeq = Math.max(this.#lastSeq, message.seq ?? 0);
    this.page.says(message, message.user.id === this.me?.id, this.#isLive);
  }

  async #submit(clientId) {
    if (!this.#isIn()) return;
    const text = this.#waiting.get(clientId);
    const answer = await this.#ask("send", { room: this.#room, text, clientId });
    if (answer.ok) {
      this.#waiting.delete(clientId);
      this.page.isStored(clientId, answer);
    } else if (answer.retryAfterMs || answer.code === "unavailable") {
      setTimeout(() => this.#submit(clientId), answer.retryAfterMs ?? 2000);
    } else {
      this.#waiting.delete(clientId);
      this.page.isRefused(clientId, answer.error);
    }
  }
}

/** What people see of it. */
class Page {
  #at = (id) => document.getElementById(id);
  #log = this.#at("log");
  #bubbles = new Map(); // By id, and by `clientId` until the id is known.
  #people = new Set();
  #typing = new Map();

  isIn(me) {
    this.me = me;
    this.#say("연결됨", "good");
    this.#at("name").textContent = me.alias;
    this.#at("text").disabled = this.#at("send").disabled = false;
    this.#meet(me.alias);
  }

  isAway() {
    this.#say("다시 연결하는 중…", "away");
    this.#typing.clear();
    this.#showTyping();
  }

  isOut() {
    this.#say("지금은 들어올 수 없어요", "bad");
    this.#at("text").disabled = this.#at("send").disabled = true;
  }

  counts(members, joined = [], left = []) {
    this.#at("members").textContent = `${members}명`;
    left.forEach((name) => this.#people.delete(name));
    joined.forEach((name) => this.#meet(name));
    // Who left while this page was away is not named: the count is right, and those who moved last are the likeliest.
    for (const name of this.#people) {
      if (this.#people.size > members && name !== this.me?.alias) this.#people.delete(name);
    }
    this.#showPeople();
  }

  says(message, isMine, isLive) {
    if (this.#bubbles.has(message._id)) return;
    // One's own comes before the answer that names it: the first that waits with these words.
    const waiting = isMine && [...this.#bubbles].find(([, b]) => b.classList.contains("waits") && b.text === message.chat);
    const bubble = waiting ? waiting[1] : this.#bubble(message.chat, isMine, message.user.name);
    if (waiting) this.#bubbles.delete(waiting[0]);
    this.#settle(bubble, message._id, message.seq, message.createdAt);
    this.types(message.user.name, false);
    if (isLive) this.#meet(message.user.name);
  }

  waits(clientId, text) {
    const bubble = this.#bubble(text, true, this.me.alias);
    bubble.classList.add("waits");
    this.#bubbles.set(clientId, bubble);
    this.#scroll(true);
  }

  isStored(clientId, { id, seq, createdAt }) {
    const bubble = this.#bubbles.get(clientId);
    this.#bubbles.delete(clientId);
    if (this.#bubbles.has(id)) bubble?.remove();
    else if (bubble) this.#settle(bubble, id, seq, createdAt);
  }

  isRefused(clientId, words) {
    const bubble = this.#bubbles.get(clientId);
    bubble.classList.replace("waits", "refused");
    bubble.querySelector("time").textContent = words;
  }

  forgets(id) {
    this.#bubbles.get(id)?.remove();
  }

  types(name, on) {
    clearTimeout(this.#typing.get(name));
    this.#typing.delete(name);
    if (on) this.#typing.set(name, setTimeout(() => this.types(name, false), 5000));
    this.#showTyping();
  }

  #bubble(text, isMine, name) {
    this.#at("empty")?.remove();
    const bubble = document.createElement("li");
    const part = (tag, words) => Object.assign(bubble.appendChild(document.createElement(tag)), { textContent: words });
    bubble.text = text;
    bubble.className = isMine ? "mine" : "";
    part("b", name);
    part("p", text);
    part("time", "보내는 중…");
    this.#log.append(bubble);
    return bubble;
  }

  /** Gives it its place, which is where its `seq` is. */
  #settle(bubble, id, seq, createdAt) {
    const isAtEnd = this.#isAtEnd();
    bubble.classList.remove("waits");
    bubble.seq = seq;
    bubble.querySelector("time").textContent = new Date(createdAt).toLocaleTimeString("ko", { hour: "numeric", minute: "2-digit" });
    this.#bubbles.set(id, bubble);
    const next = [...this.#log.children].find((other) => other !== bubble && (other.seq ?? Infinity) > seq);
    if (next !== bubble.nextElementSibling) this.#log.insertBefore(bubble, next ?? null);
    this.#scroll(isAtEnd);
  }

  #isAtEnd() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 120;
  }

  #scroll(isWanted) {
    if (isWanted) this.#log.scrollTop = this.#log.scrollHeight;
  }

  #meet(name) {
    this.#people.delete(name);
    this.#people.add(name);
    this.#showPeople();
  }

  #showPeople() {
    const names = [...this.#people].slice(-12).map((name) => {
      const chip = Object.assign(document.createElement("span"), { textContent: name });
      chip.className = name === this.me?.alias ? "me" : "";
      return chip;
    });
    this.#at("people").replaceChildren(...names);
  }

  #showTyping() {
    const names = [...this.#typing.keys()].slice(0, 3).join(", ");
    this.#at("typing").textContent = names && `${names} 님이 쓰고 있어요…`;
  }

  #say(words, kind) {
    Object.assign(this.#at("link"), { textContent: words, className: kind });
  }
}

const page = new Page();
const plaza = new Plaza(page);
const input = document.getElementById("text");
let typed = 0;
let stillness;

document.getElementById("form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (!input.value.trim()) return;
  plaza.send(input.value);
  input.value = "";
  still();
});

input.addEventListener("input", () => {
  if (Date.now() - typed > 2000) plaza.typing(true), (typed = Date.now());
  clearTimeout(stillness);
  stillness = setTimeout(still, 3000);
});

function still() {
  clearTimeout(stillness);
  if (typed) plaza.typing(false);
  typed = 0;
}
