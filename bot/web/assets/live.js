// The live stream. Everything that arrives is drawn by the house; here it is only put in its place.
// A bubble that is already there is replaced when its fingerprint differs, so hearing a thing twice does no harm.
import { showPanel } from './mind.js';

const gap = 5 * 60 * 1000;
const $ = (id) => document.getElementById(id);

export function listen() {
  const source = new EventSource(document.body.dataset.live);
  const offline = document.querySelector('.offline');
  let lost;
  source.onopen = () => { clearTimeout(lost); if (offline) offline.hidden = true; };
  source.onerror = () => {
    clearTimeout(lost);
    lost = setTimeout(() => { if (offline) offline.hidden = false; }, 2500);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5000);
  };
  source.addEventListener('rooms', (e) => { showRooms(JSON.parse(e.data).html); });
  source.addEventListener('lines', (e) => { const got = JSON.parse(e.data); showLines(got.items); remember(got.members); });
  source.addEventListener('panel', (e) => { showPanel(JSON.parse(e.data).html); });
  source.addEventListener('again', () => location.reload());
  addEventListener('pagehide', () => source.close());
  if ($('log')) {
    toEnd();
    seen();
    document.addEventListener('visibilitychange', seen);
    $('newer').addEventListener('click', toEnd);
    $('scroll').addEventListener('scroll', () => { nearEnd = atEnd(); if (nearEnd) $('newer').hidden = true; }, { passive: true });
    new ResizeObserver(() => { if (nearEnd) toEnd(); }).observe($('scroll')); // the keyboard or the tray took room
    $('log').addEventListener('load', () => { if (nearEnd) toEnd(); }, true);
    $('earlier')?.addEventListener('click', earlier);
  }
}

let nearEnd = true;
const atEnd = () => { const s = $('scroll'); return s.scrollHeight - s.scrollTop - s.clientHeight < 90; };
const toEnd = () => { const s = $('scroll'); s.scrollTop = s.scrollHeight; $('newer').hidden = true; nearEnd = true; };
const element = (html) => { const t = document.createElement('template'); t.innerHTML = html.trim(); return t.content.firstElementChild; };
const find = (id) => $('log').querySelector(`[data-id="${CSS.escape(id)}"]`);

function showRooms(html) {
  const box = $('rooms');
  const focused = document.activeElement?.closest?.('#rooms a')?.dataset.conv;
  box.innerHTML = html;
  if (focused) box.querySelector(`[data-conv="${CSS.escape(focused)}"]`)?.focus();
}

function showLines(items) {
  nearEnd = atEnd();
  let fresh = 0, mine = false;
  for (const item of items) {
    const there = find(item.id);
    if (there && there.dataset.rev === item.rev) continue;
    const li = element(item.html);
    if (there) {
      there.replaceWith(li);
    } else {
      li.classList.add('arriving');
      place(li);
      fresh++;
      mine ||= li.classList.contains('mine');
    }
  }
  divide();
  $('welcome').hidden = !!$('log').querySelector('.row');
  if (!fresh) return;
  if (nearEnd || mine) toEnd(); else $('newer').hidden = false;
  seen();
}

// place puts a bubble where its moment belongs.
function place(li) {
  const at = Number(li.dataset.at);
  let before = $('log').lastElementChild;
  while (before && Number(before.dataset.at) > at) before = before.previousElementSibling;
  if (before) before.after(li); else $('log').prepend(li);
}

// divide shows the time wherever the talk has rested for five minutes.
function divide() {
  let last = 0;
  for (const li of $('log').children) {
    const at = Number(li.dataset.at);
    li.querySelector('.divider').hidden = at - last <= gap;
    last = at;
  }
}

async function earlier() {
  const first = $('log').firstElementChild;
  if (!first) return;
  const button = $('earlier');
  button.disabled = true;
  try {
    const answer = await fetch(`${document.body.dataset.path}/earlier?before=${first.dataset.at}`, { headers: { Accept: 'application/json' } });
    const got = await answer.json();
    const box = $('scroll');
    const below = box.scrollHeight - box.scrollTop;
    for (const item of got.items) if (!find(item.id)) place(element(item.html));
    divide();
    box.scrollTop = box.scrollHeight - below;
    if (!got.more) button.remove();
  } finally {
    button.disabled = false;
  }
}

// seen tells the house that this talk was on the screen: at once, then at most every half second.
let marking, due = false;
function seen() {
  if (document.hidden) return;
  if (marking) { due = true; return; }
  due = false;
  fetch(`${document.body.dataset.path}/read`, { method: 'POST', keepalive: true, headers: { Accept: 'application/json' } }).catch(() => {});
  marking = setTimeout(() => { marking = undefined; if (due) seen(); }, 500);
}

function remember(members) {
  if (members) document.body.dataset.members = JSON.stringify(['小邻', ...members]);
}
