// What can be done with one message: a small black menu, by long press, right click or the dots beside it.
import { toast, post } from './toast.js';
import { find } from './mind.js';

const menu = document.getElementById('menu');
const taken = new Map(); // own words that were recalled, for 重新编辑; they never leave this page
let opener = null;
let held = false; // a long touch has just opened the menu

export function menus(write) {
  const log = document.getElementById('log');
  log.addEventListener('click', (e) => {
    const more = e.target.closest('.more');
    const quote = e.target.closest('[data-goto]');
    const tag = e.target.closest('[data-card]');
    const photo = e.target.closest('.photo');
    if (held) { held = false; e.preventDefault(); return; } // the end of a long press
    if (more) open(more.closest('.line'), more, write);
    if (quote) { e.preventDefault(); goTo(quote.dataset.goto); }
    if (tag) { e.preventDefault(); find(`[data-key="card-${CSS.escape(tag.dataset.card)}"]`); }
    if (photo) { e.preventDefault(); enlarge(photo); }
  });
  log.addEventListener('contextmenu', (e) => {
    const face = e.target.closest('.bubble, .photo');
    if (!face) return;
    e.preventDefault();
    open(face.closest('.line'), face, write);
  });
  press(log, write);
  document.addEventListener('pointerdown', (e) => { if (!menu.hidden && !menu.contains(e.target)) close(); });
  document.getElementById('scroll').addEventListener('scroll', () => { if (!menu.hidden) close(); }, { passive: true });
  menu.addEventListener('keydown', keys);
  new MutationObserver(() => edits(write)).observe(log, { childList: true });
  const box = document.getElementById('lightbox');
  box.addEventListener('click', () => box.close());
}

// press opens the menu after a long touch, for phones that send no contextmenu.
function press(log, write) {
  let timer;
  log.addEventListener('touchstart', (e) => {
    const face = e.target.closest('.bubble, .photo');
    clearTimeout(timer);
    held = false;
    if (face) timer = setTimeout(() => { held = true; open(face.closest('.line'), face, write); }, 480);
  }, { passive: true });
  for (const end of ['touchend', 'touchmove', 'touchcancel']) log.addEventListener(end, () => clearTimeout(timer), { passive: true });
}

function open(line, anchor, write) {
  const text = line.querySelector('.words')?.textContent || '';
  const name = line.classList.contains('mine') ? document.body.dataset.me : line.querySelector('.name bdi').textContent;
  const acts = [['引用', () => write.quote(line.dataset.id, `${name}：${text || '[图片]'}`)]];
  if (text) acts.push(['复制', () => copy(text)]);
  if (!line.classList.contains('mine') && !('private' in document.body.dataset)) acts.push(['@ 提醒', () => write.insert(`@${name} `)]);
  if (line.classList.contains('mine') && Date.now() < Number(line.dataset.recall)) acts.push(['撤回', () => recall(line, text)]);
  if (!line.classList.contains('own')) acts.push(['小邻怎么想', () => { if (!find(`[data-message="${CSS.escape(line.dataset.id)}"]`)) toast('这条没有可看的'); }]);
  menu.replaceChildren(...acts.map(([label, act]) => {
    const b = document.createElement('button');
    b.type = 'button';
    b.role = 'menuitem';
    b.textContent = label;
    b.addEventListener('click', () => { close(); opener?.focus({ preventScroll: true }); act(); });
    return b;
  }));
  opener = anchor.closest('.said').querySelector('.more');
  opener.setAttribute('aria-expanded', 'true');
  menu.hidden = false;
  const a = anchor.getBoundingClientRect();
  const m = menu.getBoundingClientRect();
  const x = Math.min(Math.max(8, a.left + a.width / 2 - m.width / 2), innerWidth - m.width - 8);
  const y = a.top > m.height + 66 ? a.top - m.height - 6 : Math.min(a.bottom + 6, innerHeight - m.height - 8);
  menu.style.left = `${x}px`;
  menu.style.top = `${y}px`;
  menu.style.setProperty('--tail', `${Math.min(Math.max(16, a.left + a.width / 2 - x), m.width - 16)}px`);
  menu.classList.toggle('under', y > a.top);
  menu.firstElementChild.focus({ preventScroll: true });
}

function close() {
  menu.hidden = true;
  opener?.setAttribute('aria-expanded', 'false');
}

function keys(e) {
  const all = [...menu.children];
  const here = all.indexOf(document.activeElement);
  const turn = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
  if (turn) { e.preventDefault(); all[(here + turn + all.length) % all.length].focus(); }
  if (e.key === 'Escape') { close(); opener?.focus(); }
  if (e.key === 'Tab') close();
}

async function copy(text) {
  try { await navigator.clipboard.writeText(text); toast('已复制'); } catch { toast('这个浏览器不让复制'); }
}

async function recall(line, text) {
  const id = line.dataset.id;
  if (await post(`${document.body.dataset.path}/recall`, new URLSearchParams({ message: id })) && text) taken.set(id, text);
}

// edits offers 重新编辑 beside one's own recalled words.
function edits(write) {
  for (const [id, text] of taken) {
    const notice = document.querySelector(`#log [data-id="${CSS.escape(id)}"] .notice`);
    if (!notice || notice.querySelector('button')) continue;
    const b = document.createElement('button');
    b.type = 'button';
    b.textContent = '重新编辑';
    b.addEventListener('click', () => write.fill(text));
    notice.append(b);
  }
}

function goTo(id) {
  const line = document.querySelector(`#log [data-id="${CSS.escape(id)}"]`);
  if (!line) return toast('那条消息在更早的地方');
  line.scrollIntoView({ block: 'center', behavior: 'smooth' });
  line.classList.remove('flash');
  requestAnimationFrame(() => line.classList.add('flash'));
}

function enlarge(photo) {
  const box = document.getElementById('lightbox');
  const img = box.querySelector('img');
  img.src = photo.href;
  img.alt = photo.querySelector('img').alt;
  box.showModal();
}
