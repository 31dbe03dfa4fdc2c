// The page of the operators: looks every two seconds while somebody looks at it.
"use strict";

const $ = (id) => document.getElementById(id);
const kept = sessionStorage;
const LOOK_EVERY = 2000;
const SILENT_AFTER = 10; // Seconds; a node speaks every two.

/* ---- asking ---- */

/** The server's own words for people are in `message`. */
class Refused extends Error {}

async function ask(method, path, again = true) {
  const answer = await fetch(path, { method, headers: { authorization: kept.access ?? "" }, cache: "no-store" });
  if (answer.status === 419 && again && kept.refresh) {
    const fresh = await fetch("/token", { method: "POST", headers: { refreshtoken: kept.refresh } });
    if (fresh.ok) {
      kept.access = fresh.headers.get("authorization");
      return ask(method, path, false);
    }
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  if ([401, 403, 419].includes(answer.status)) leave(body.message);
  throw new Refused(body.message ?? `오류 ${answer.status}`);
}

/* ---- coming and going ---- */

function leave(why = "") {
  kept.clear();
  $("board").hidden = true;
  $("gate").hidden = false;
  $("refused").textContent = why;
}

function enter(access, refresh) {
  kept.access = access;
  if (refresh) kept.refresh = refresh;
  $("refused").textContent = "";
  look();
}

$("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = JSON.stringify({ email: $("email").value, password: $("password").value });
  const answer = await fetch("/signin", { method: "POST", headers: { "content-type": "application/json" }, body });
  $("password").value = "";
  if (answer.ok) return enter(answer.headers.get("authorization"), answer.headers.get("refreshtoken"));
  $("refused").textContent = (await answer.json().catch(() => ({}))).message ?? `오류 ${answer.status}`;
});
$("with-token").addEventListener("submit", (event) => {
  event.preventDefault();
  enter(`Bearer ${$("token").value}`);
  $("token").value = "";
});
$("leave").addEventListener("click", () => leave());

/* ---- words ---- */

const number = new Intl.NumberFormat("ko");
const clock = new Intl.DateTimeFormat("ko", { dateStyle: "short", timeStyle: "medium", timeZone: "Asia/Seoul" });
const count = (n) => (n === null ? "–" : number.format(n));
const rate = (n) => (n === 0 ? "0" : n < 10 ? n.toFixed(1) : number.format(Math.round(n)));
const micros = (us) => (us === 0 ? "–" : us < 1000 ? `${us} µs` : us < 1e6 ? `${(us / 1000).toFixed(1)} ms` : `${(us / 1e6).toFixed(1)} s`);
const when = (stamp) => (stamp ? clock.format(new Date(stamp)) : "–");
const span = (s) => [[86400, "일"], [3600, "시간"], [60, "분"], [1, "초"]].reduce((words, [unit, name]) => {
  const n = Math.floor(s / unit); s %= unit; return n ? [...words, n + name] : words; }, []).slice(0, 2).join(" ") || "방금";

/** An element; what people and servers wrote only ever becomes text. */
function make(tag, { text, kind, title, children = [], ...attributes } = {}) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (kind) element.className = kind;
  if (title) element.title = title;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function spark(values) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const line = document.createElementNS(space, "polyline");
  const [most, wide] = [Math.max(1, ...values), 59];
  line.setAttribute("points", values.map((v, i) => `${wide - values.length + 1 + i},${(20 - (v / most) * 19).toFixed(1)}`).join(" "));
  svg.setAttribute("viewBox", `0 0 ${wide} 21`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("class", "spark");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `초당 최대 ${most}`);
  svg.append(line);
  return svg;
}

/* ---- tables that any column sorts ---- */

const sorting = {};
let pressed = false;
for (const [event, is] of [["pointerdown", true], ["pointerup", false], ["pointercancel", false]])
  document.addEventListener(event, () => { pressed = is; });

/** Columns are `[title, value to sort by, cell, kind]`; the row's first column is its heading. */
function table(id, columns, rows, empty = "없음") {
  const head = $(id).tHead, order = sorting[id];
  // Nothing moves away from under a finger or the focus of a keyboard.
  if ($(id).tBodies[0].contains(document.activeElement) || pressed) return;
  const sorted = order === undefined ? rows : [...rows].sort((a, b) => {
    const [x, y] = [columns[order.column][1](a), columns[order.column][1](b)];
    return (typeof x === "string" ? x.localeCompare(y) : (x ?? -1) - (y ?? -1)) * order.way;
  });
  if (!head.rows.length) head.append(make("tr", { children: columns.map(([title, value], column) => {
    const heading = make("th", { kind: columns[column][3], scope: "col" });
    if (!value) {
      heading.textContent = title;
      return heading;
    }
    const button = make("button", { text: title, type: "button" });
    button.addEventListener("click", () => {
      const { column: before, way } = sorting[id] ?? {};
      sorting[id] = { column, way: before === column ? -way : typeof value(rows[0] ?? {}) === "string" ? 1 : -1 };
      show();
    });
    heading.append(button);
    return heading;
  }) }));
  [...head.rows[0].cells].forEach((cell, column) => {
    if (order?.column === column) cell.setAttribute("aria-sort", order.way > 0 ? "ascending" : "descending");
    else cell.removeAttribute("aria-sort");
  });
  const body = sorted.map((row) => make("tr", { children: columns.map(([, , cell, kind], column) => {
    const shown = cell(row), element = make(column ? "td" : "th", { kind });
    element.append(...[shown].flat());
    return element;
  }) }));
  if (!body.length) body.push(make("tr", { children: [make("td", { kind: "text soft", text: empty, colspan: columns.length })] }));
  $(id).tBodies[0].replaceChildren(...body);
}

/* ---- doing ---- */

function tell(words) {
  $("said").textContent = words;
  $("said").hidden = false;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => { $("said").hidden = true; }, 5000);
}

/** Asked a second time, because a finger slips. */
function act(words, method, path, danger = false) {
  $("what").textContent = words;
  $("yes").className = danger ? "go danger" : "go";
  $("yes").onclick = async () => {
    $("sure").close();
    try {
      tell((await ask(method, path)).message ?? "했습니다.");
    } catch (error) {
      tell(error instanceof Refused ? error.message : "연결할 수 없습니다.");
    }
    look();
  };
  document.activeElement?.blur();
  $("sure").showModal();
}
$("no").addEventListener("click", () => $("sure").close());

const button = (text, kind, what) => {
  const made = make("button", { text, kind: `act ${kind}`, type: "button" });
  made.addEventListener("click", what);
  return made;
};

$("drain").addEventListener("click", () =>
  act(`${seen.status.node} 노드를 비웁니다. 새 연결을 받지 않고, 채팅 연결을 다른 노드로 보냅니다. 되돌리려면 다시 시작해야 합니다.`, "POST", "/admin/drain", true));
$("person").addEventListener("submit", (event) => {
  event.preventDefault();
  const user = $("user").value;
  const [words, method, path, danger] = {
    suspend: [`회원 ${user}의 계정을 정지합니다. 모든 세션이 끝나고, 다시 로그인할 수 없습니다.`, "POST", "suspension", true],
    reinstate: [`회원 ${user}의 정지를 풉니다.`, "DELETE", "suspension", false],
    kick: [`회원 ${user}의 채팅 연결을 모두 끊습니다. 다시 들어올 수 있습니다.`, "DELETE", "sockets", true],
  }[event.submitter?.value ?? "suspend"];
  act(words, method, `/admin/accounts/${user}/${path}`, danger);
});
$("message").addEventListener("submit", (event) => {
  event.preventDefault();
  hide($("message-id").value);
});
const hide = (id) => act(`메시지 ${id}를 모두에게서 가립니다.`, "DELETE", `/admin/chat/messages/${id}`, true);

/* ---- showing ---- */

let seen = null;

const actors = [
  ["액터", (a) => a.actor, (a) => a.actor],
  ["최근 1분", null, (a) => spark(a.handledEachSecond)],
  ["살아 있음", (a) => a.alive, (a) => count(a.alive)],
  ["대기", (a) => a.waiting, (a) => count(a.waiting)],
  ["최대 대기", (a) => a.worstWaiting, (a) => count(a.worstWaiting)],
  ["받음/초", (a) => a.inPerSecond, (a) => rate(a.inPerSecond)],
  ["처리/초", (a) => a.outPerSecond, (a) => rate(a.outPerSecond)],
  ["대기 p50", (a) => a.inMailbox.p50Micros, (a) => micros(a.inMailbox.p50Micros)],
  ["대기 p99", (a) => a.inMailbox.p99Micros, (a) => micros(a.inMailbox.p99Micros)],
  ["처리 p50", (a) => a.handling.p50Micros, (a) => micros(a.handling.p50Micros)],
  ["처리 p95", (a) => a.handling.p95Micros, (a) => micros(a.handling.p95Micros)],
  ["처리 p99", (a) => a.handling.p99Micros, (a) => micros(a.handling.p99Micros)],
  ["처리 최대", (a) => a.handling.maxMicros, (a) => micros(a.handling.maxMicros)],
  ["받음", (a) => a.sent, (a) => count(a.sent)],
  ["처리", (a) => a.handled, (a) => count(a.handled)],
  ["거절", (a) => a.refused, (a) => bad(a.refused)],
  ["가득 참", (a) => a.full, (a) => bad(a.full)],
  ["버림", (a) => a.dropped, (a) => bad(a.dropped)],
  ["시작", (a) => a.started, (a) => count(a.started)],
  ["멈춤", (a) => a.stopped, (a) => count(a.stopped)],
  ["다시 만듦", (a) => a.restarted, (a) => bad(a.restarted)],
  ["실패", (a) => a.failures, (a) => bad(a.failures)],
  ["마지막 실패", (a) => a.lastFailure?.at ?? "", (a) => (a.lastFailure ? `${when(a.lastFailure.at)} ${a.lastFailure.what}` : "–"), "text why"],
];
const bad = (n) => make("span", { text: count(n), kind: n ? "bad" : "soft" });
const here = (r, shown) => (r.sent === undefined ? "–" : shown);
const rooms = [
  ["방", (r) => r.room, (r) => r.room],
  ["사람", (r) => r.members, (r) => count(r.members)],
  ["초당", (r) => r.perSecond, (r) => here(r, rate(r.perSecond))],
  ["대기", (r) => r.waiting, (r) => here(r, count(r.waiting))],
  ["모두", (r) => r.sent, (r) => here(r, count(r.sent))],
  ["상태", (r) => String(r.closed), (r) => make("span", { text: r.closed ? "닫힘" : "열림", kind: r.closed ? "bad" : "good" }), "text"],
  ["", null, (r) => (r.closed
    ? button("다시 열기", "", () => act(`채팅방 ${r.room}을(를) 다시 엽니다.`, "DELETE", `/admin/chat/rooms/${r.room}/closing`))
    : button("닫기", "danger", () => act(`채팅방 ${r.room}을(를) 닫습니다. 안에 있는 사람은 모두 나가고, 다시 열 때까지 아무도 들어올 수 없습니다.`, "POST", `/admin/chat/rooms/${r.room}/closing`, true)))],
];
const nodes = [
  ["노드", (n) => n.node, (n) => n.node],
  ["릴리스", (n) => n.release, (n) => n.release, "text"],
  ["채팅 연결", (n) => n.sockets, (n) => count(n.sockets)],
  ["상태", (n) => standing(n)[0], (n) => { const [text, kind] = standing(n); return make("span", { text, kind }); }, "text"],
  ["마지막 소식", (n) => n.heardSecsAgo, (n) => (n.this ? "이 노드" : n.heardSecsAgo < 3 ? "방금" : `${span(n.heardSecsAgo)} 전`)],
];
const standing = (n) => (n.heardSecsAgo >= SILENT_AFTER ? (n.draining ? ["멈춤", "away"] : ["소식 없음", "bad"]) : n.draining ? ["비우는 중", "away"] : ["정상", "good"]);
const people = [
  ["회원", (p) => p.userId, (p) => String(p.userId)],
  ["초당", (p) => p.perSecond, (p) => rate(p.perSecond)],
  ["대기", (p) => p.waiting, (p) => count(p.waiting)],
  ["모두", (p) => p.sent, (p) => count(p.sent)],
];
const jobs = [
  ["작업", (j) => j.name, (j) => j.name],
  ["cron", (j) => j.cron, (j) => j.cron, "text"],
  ["다음", (j) => j.nextRun ?? "", (j) => when(j.nextRun)],
  ["마지막", (j) => j.lastRun ?? "", (j) => (j.running ? "실행 중" : when(j.lastRun))],
  ["노드", (j) => j.lastNode ?? "", (j) => j.lastNode ?? "–", "text"],
  ["걸린 시간", (j) => j.lastMillis, (j) => (j.lastMillis === null ? "–" : micros(j.lastMillis * 1000))],
  ["오류", (j) => j.lastError ?? "", (j) => make("span", { text: j.lastError ?? "–", kind: j.lastError ? "bad" : "soft" }), "text why"],
  ["", null, (j) => button("지금 실행", "", () => act(`작업 ${j.name}을(를) 이 노드에서 지금 실행합니다.`, "POST", `/admin/jobs/${j.name}/run`))],
];
const backends = [
  ["백엔드", (b) => b.backend, (b) => b.backend],
  ["상태", (b) => String(b.up), (b) => (b.up === null ? "–" : make("span", { text: b.up ? "정상" : "응답 없음", kind: b.up ? "good" : "bad" })), "text"],
  ["확인", (b) => b.checkMicros, (b) => (b.checkMicros === null ? "–" : micros(b.checkMicros))],
  ["호출", (b) => b.calls, (b) => count(b.calls)],
  ["p50", (b) => b.took?.p50Micros, (b) => (b.took ? micros(b.took.p50Micros) : "–")],
  ["p99", (b) => b.took?.p99Micros, (b) => (b.took ? micros(b.took.p99Micros) : "–")],
  ["실패", (b) => b.failures, (b) => (b.failures === null ? "–" : bad(b.failures))],
];
const letters = [
  ["번호", (m) => m.mailId, (m) => String(m.mailId)],
  ["쓴 때", (m) => m.createdAt, (m) => when(m.createdAt)],
  ["시도", (m) => m.attempts, (m) => count(m.attempts)],
  ["까닭", (m) => m.reason ?? "", (m) => m.reason ?? "–", "text why"],
  ["", null, (m) => button("다시 보내기", "", () => act(`메일 ${m.mailId}을(를) 다시 보냅니다.`, "POST", `/admin/mails/${m.mailId}/retry`))],
];
const reports = [
  ["방", (r) => r.room, (r) => r.room],
  ["이름", (r) => r.alias ?? "", (r) => r.alias ?? "–", "text"],
  ["내용", (r) => r.chat ?? "", (r) => r.chat ?? "(지워짐)", "text why"],
  ["까닭", (r) => r.reason, (r) => r.reason, "text why"],
  ["", null, (r) => button("가리기", "danger", () => hide(r.messageId))],
];
const deeds = [
  ["때", (d) => d.at, (d) => when(d.at)],
  ["누가", (d) => d.by, (d) => d.by, "text"],
  ["무엇을", (d) => d.action, (d) => d.action, "text"],
  ["대상", (d) => d.subject, (d) => d.subject, "text"],
  ["노드", (d) => d.node, (d) => d.node, "text"],
  ["결과", (d) => d.outcome ?? "", (d) => make("span", { text: d.outcome ?? "진행 중", kind: d.outcome === "done" ? "good" : "away" }), "text"],
];

function tiles(pairs) {
  $("tiles").replaceChildren(...pairs.map(([name, value, kind]) =>
    make("div", { children: [make("small", { text: name }), make("b", { text: value, kind })] })));
}

function show() {
  if (!seen) return;
  const { activity, status, reported } = seen;
  $("gate").hidden = true;
  $("board").hidden = false;
  $("node").textContent = status.node;
  $("release").textContent = `${status.release} · ${span(activity.uptimeSecs)}`;
  const down = status.backends.filter((backend) => backend.up === false).map((backend) => backend.backend);
  const [state, kind] = status.draining ? ["비우는 중", "away"] : down.length ? [`응답 없음: ${down.join(", ")}`, "bad"] : ["정상", "good"];
  Object.assign($("state"), { textContent: state, className: kind });
  $("drain").hidden = status.draining;
  const sockets = activity.actors.find((actor) => actor.actor === "SocketSession")?.alive ?? 0;
  const { uploads, mails } = status;
  tiles([
    ["사람", count(activity.people)], ["채팅 연결", count(sockets)], ["끊은 연결", count(status.chat.cut), status.chat.cut ? "away" : ""],
    ["메시지", count(status.chat.logged)], ["전달", count(status.chat.delivered)],
    ["업로드 중", count(uploads.inFlight)], ["업로드 대기", count(uploads.waiting)], ["그림 저장", count(uploads.done)],
    ["메일 대기", count(mails.waiting)], ["못 보낸 메일", count(mails.dead), mails.dead ? "bad" : ""],
  ]);
  $("mail-counts").textContent = `대기 ${count(mails.waiting)} · 보냄 ${count(mails.sent)} · 실패한 시도 ${count(mails.failed)} · 못 보냄 ${count(mails.dead)}`;
  table("actors", actors, activity.actors);
  const living = new Map(activity.rooms.map((room) => [room.room, room]));
  table("rooms", rooms, status.rooms.map((room) => ({ ...living.get(room.room), ...room, room: room.room.split("@")[0] })));
  table("people", people, activity.busiestPeople);
  table("jobs", jobs, activity.jobs);
  table("nodes", nodes, status.nodes);
  table("backends", backends, status.backends);
  table("letters", letters, mails.letters, "못 보낸 메일이 없습니다.");
  table("reports", reports, reported.data, "신고가 없습니다.");
  table("deeds", deeds, status.deeds, "아직 없습니다.");
}

let looking = false;
async function look() {
  if (document.hidden || !kept.access || looking) return;
  looking = true;
  try {
    const [activity, status, reported] = await Promise.all(
      ["/admin/actors", "/admin/status", "/admin/chat/reports"].map((path) => ask("GET", path)));
    seen = { activity, status, reported };
    show();
  } catch (error) {
    if (!(error instanceof Refused)) Object.assign($("state"), { textContent: "연결할 수 없음", className: "bad" });
  } finally {
    looking = false;
  }
}

if (kept.access) look(); else leave();
setInterval(look, LOOK_EVERY);
document.addEventListener("visibilitychange", look);
