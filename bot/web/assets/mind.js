// The panel 「小邻怎么想的」: new and changed cards light up; on a phone it is a sheet to pull up.
const $ = (id) => document.getElementById(id);

export function showPanel(html) {
  const box = $('panel');
  const old = new Map([...box.querySelectorAll('[data-key]')].map((e) => [e.dataset.key, e.dataset.rev]));
  const open = new Set([...box.querySelectorAll('details[open]')].map((e) => e.dataset.keep));
  const top = box.scrollTop;
  box.innerHTML = html;
  for (const d of box.querySelectorAll('details')) d.open = open.has(d.dataset.keep);
  for (const e of box.querySelectorAll('[data-key]')) if (old.get(e.dataset.key) !== e.dataset.rev) e.classList.add('fresh');
  box.scrollTop = top;
  peek();
}

// peek shows the newest thought in the one line that a phone has for it.
function peek() {
  const source = $('peek-source');
  const chip = $('peek-chip'), line = $('peek-line');
  if (line.textContent === source.textContent && chip.textContent === source.dataset.label) return;
  line.textContent = source.textContent;
  chip.textContent = source.dataset.label;
  chip.className = `chip ${source.dataset.tone}`;
  $('peek').classList.remove('pulse');
  requestAnimationFrame(() => $('peek').classList.add('pulse'));
}

const sheet = () => matchMedia('(max-width: 1079px)').matches;

export function pull(up) {
  if (!sheet()) return;
  $('mind').classList.toggle('up', up);
  $('shade').classList.toggle('on', up);
  $('peek').setAttribute('aria-expanded', String(up));
  if (up) $('panel').focus({ preventScroll: true }); else $('peek').focus({ preventScroll: true });
}

// find brings what was made of a message, or a request's card, before the eyes.
export function find(selector) {
  pull(true);
  const e = $('panel').querySelector(selector);
  if (!e) return false;
  e.scrollIntoView({ block: 'center', behavior: 'smooth' });
  for (const x of document.querySelectorAll('.found')) x.classList.remove('found');
  e.classList.add('found');
  setTimeout(() => e.classList.remove('found'), 2000);
  return true;
}

export function mind() {
  const press = (id, up) => {
    $(id).addEventListener('click', (e) => { e.preventDefault(); pull(up); });
    $(id).addEventListener('keydown', (e) => { if (e.key === ' ') { e.preventDefault(); pull(up); } });
  };
  press('peek', true);
  press('shade', false);
  const close = document.querySelector('.mind-close');
  close.addEventListener('click', (e) => { e.preventDefault(); pull(false); });
  document.addEventListener('keydown', (e) => { if (e.key === 'Escape' && $('mind').classList.contains('up')) pull(false); });
  swipe($('peek'), (dy) => { if (dy < -24) pull(true); });
  swipe(document.querySelector('.mind-head'), (dy) => { if (dy > 30) pull(false); });
}

function swipe(e, done) {
  let from = null;
  e.addEventListener('touchstart', (t) => { from = t.touches[0].clientY; }, { passive: true });
  e.addEventListener('touchend', (t) => { if (from !== null) done(t.changedTouches[0].clientY - from); from = null; }, { passive: true });
}
