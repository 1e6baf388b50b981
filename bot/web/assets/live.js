// The live stream. Everything that arrives is drawn by the house; here it is only put in its place.
// A bubble that is already there is replaced when its fingerprint differs, so hearing a thing twice does no harm.
import { showPanel } from './mind.js';
import { toast } from './toast.js';

const gap = 5 * 60 * 1000;
const silence = 50_000; // the house sends a beat every 20 s; after this long the line is dead though it looks open
const $ = (id) => document.getElementById(id);

let source, newest, heard, tries = 0;

export function listen() {
  open();
  setInterval(() => { if (Date.now() - heard > silence) open(); }, 10_000);
  document.addEventListener('visibilitychange', () => { if (!document.hidden && Date.now() - heard > silence) open(); });
  addEventListener('online', open);
  addEventListener('offline', () => lost(true));
  addEventListener('pagehide', () => source.close());
  addEventListener('pageshow', (e) => { if (e.persisted) open(); });
  if ($('log')) talk();
}

// open begins to listen, from the newest line that is here.
function open() {
  source?.close();
  heard = Date.now();
  const at = new URL(document.body.dataset.live, location);
  if (newest) at.searchParams.set('since', newest);
  source = new EventSource(at);
  source.onopen = () => { tries = 0; lost(false); };
  source.onerror = () => {
    setTimeout(() => { if (source.readyState !== EventSource.OPEN) lost(true); }, 2000);
    if (source.readyState === EventSource.CLOSED) again();
  };
  const on = (name, show) => source.addEventListener(name, (e) => {
    heard = Date.now();
    if (e.lastEventId) newest = e.lastEventId;
    show(JSON.parse(e.data));
  });
  on('rooms', (got) => showRooms(got.html));
  on('lines', (got) => { showLines(got.items); remember(got.members); });
  on('panel', (got) => showPanel(got.html));
  on('beat', () => {});
  on('again', () => location.reload());
}

// again comes back to a house that refused us: one that is starting, or that does not know us any more.
function again() {
  const wait = Math.min(15_000, 1000 * 2 ** tries++);
  setTimeout(async () => {
    const stop = new AbortController();
    try {
      const answer = await fetch(document.body.dataset.live, { headers: { Accept: 'text/event-stream' }, signal: stop.signal });
      const status = answer.status;
      stop.abort();
      if ([401, 403, 404].includes(status)) return location.reload();
    } catch { /* still away */ }
    open();
  }, wait);
}

function lost(is) {
  for (const e of document.querySelectorAll('.offline')) e.hidden = !is;
}

function talk() {
  toEnd();
  seen();
  document.addEventListener('visibilitychange', seen);
  $('newer').addEventListener('click', toEnd);
  $('scroll').addEventListener('scroll', () => { nearEnd = atEnd(); if (nearEnd) $('newer').hidden = true; }, { passive: true });
  new ResizeObserver(() => { if (nearEnd) toEnd(); }).observe($('scroll')); // the keyboard or the tray took room
  $('log').addEventListener('load', () => { if (nearEnd) toEnd(); }, true);
  if (!$('earlier')) return;
  $('earlier').addEventListener('click', earlier);
  new IntersectionObserver((all) => { if (all.some((e) => e.isIntersecting)) earlier(); }, { root: $('scroll'), rootMargin: '200px 0px 0px' }).observe($('earlier'));
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
  const unread = [...box.querySelectorAll('.badge [aria-hidden]')].reduce((n, e) => n + parseInt(e.textContent, 10), 0);
  document.title = document.title.replace(/^(\(\d+\) )?/, unread ? `(${unread}) ` : '');
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
  if (mine) $('tries')?.remove();
  if (!fresh) return;
  if (nearEnd || mine) toEnd(); else $('newer').hidden = false;
  seen();
}

// place puts a bubble where its moment belongs.
function place(li) {
  let before = $('log').lastElementChild;
  while (before && before.dataset.at > li.dataset.at) before = before.previousElementSibling;
  if (before) before.after(li); else $('log').prepend(li);
}

// divide shows the time wherever the talk has rested for five minutes.
function divide() {
  let last = 0;
  for (const li of $('log').children) {
    const at = Number(li.dataset.at.slice(0, -6)); // milliseconds
    li.querySelector('.divider').hidden = at - last <= gap;
    last = at;
  }
}

let fetching = false;
async function earlier() {
  const first = $('log').firstElementChild;
  if (!first || fetching) return;
  fetching = true;
  const button = $('earlier');
  const box = $('scroll');
  try {
    const answer = await fetch(`${document.body.dataset.path}/earlier?before=${first.dataset.at}`, { headers: { Accept: 'application/json' } });
    const got = await answer.json();
    const below = box.scrollHeight - box.scrollTop;
    for (const item of got.items) if (!find(item.id)) place(element(item.html));
    divide();
    if (!got.more) button.remove();
    box.scrollTop = box.scrollHeight - below;
  } catch {
    toast('没有取到更早的消息，请再试一次。');
  } finally {
    fetching = false;
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
  if (members) document.body.dataset.members = JSON.stringify(members);
}
