// The nine clouds with who is in their rooms, and how the server is.
"use strict";

const moods = [["sad", "슬픔", "M44 59q5-4.4 10 0"], ["soso", "그저 그럼", "M44 57h10"], ["happy", "기쁨", "M44 56q5 4.4 10 0"]];
const weathers = [
  ["rain", "비", "#a9bdd8", '<path d="M38 72l-3 9M50 72l-3 9M62 72l-3 9" stroke="#60a5fa" stroke-width="3" stroke-linecap="round"/>'],
  ["cloud", "구름", "#dde6f1", ""],
  ["sun", "해", "#fff3c4", '<circle cx="70" cy="30" r="13" fill="#fbbf24"/>'],
];
const cloud = "M30 66a14 14 0 0 1-2-27.9A19 19 0 0 1 64.6 35 15.6 15.6 0 0 1 66 66z";

const cell = ([mood, moodName, mouth]) => ([weather, weatherName, fill, extra]) =>
  `<span class="cell"><svg viewBox="10 10 76 76" role="img" aria-label="${weatherName}, ${moodName}">${weather === "sun" ? extra : ""}` +
  `<path d="${cloud}" fill="${fill}" stroke="#8fa3bf"/>${weather === "rain" ? extra : ""}` +
  `<g fill="none" stroke="#475569" stroke-width="2.4" stroke-linecap="round"><path d="M41 50v.1M57 50v.1" stroke-width="5"/><path d="${mouth}"/></g></svg>` +
  `<small id="${weather}-${mood}"></small></span>`;
document.getElementById("clouds").innerHTML =
  "<span></span>" + weathers.map(([, name]) => `<span class="side">${name}</span>`).join("") +
  moods.map((mood) => `<span class="side">${mood[1]}</span>` + weathers.map(cell(mood)).join("")).join("");

const put = (id, text, kind = "") => Object.assign(document.getElementById(id) ?? {}, { textContent: text, className: kind });
const span = (s) => [[86400, "일"], [3600, "시간"], [60, "분"], [1, "초"]].reduce((words, [unit, name]) => {
  const n = Math.floor(s / unit); s %= unit; return n ? [...words, n + name] : words; }, []).slice(0, 2).join(" ") || "방금";

async function look() {
  if (document.hidden) return;
  try {
    const health = await (await fetch("/health")).json();
    put("node", health.node); put("release", health.release); put("uptime", span(health.uptimeSecs));
    const ready = await fetch("/ready");
    const failing = ready.ok ? [] : (await ready.json()).failing ?? [];
    put("ready", ready.ok ? "정상" : "준비되지 않음: " + failing.join(", "), ready.ok ? "good" : "bad");
    const rooms = await (await fetch("/community/rooms")).json();
    for (const { room, members: count } of rooms.data ?? []) put(room, count ? `${count}명` : "");
  } catch { put("ready", "연결할 수 없음", "bad"); }
}
look(); setInterval(look, 5000);
