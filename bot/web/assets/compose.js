// The composer: words, recognised speech, photos, @ with completion, 接龙, quoting.
import { toast, post } from './toast.js';

const maxWords = 5000;
const maxPhoto = 10 * 1024 * 1024;

export function compose() {
  const form = document.getElementById('composer');
  const words = document.getElementById('words');
  const path = document.body.dataset.path;
  const draft = `draft ${path}`;
  const touch = matchMedia('(pointer: coarse)').matches;

  const token = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, '0')).join('');
  const fit = () => {
    words.style.height = 'auto';
    words.style.height = `${Math.max(44, words.scrollHeight)}px`;
    form.classList.toggle('typed', words.value.trim() !== '');
    sessionStorage.setItem(draft, words.value);
  };
  const fill = (text, select) => {
    words.value = text;
    fit();
    words.focus();
    if (select) words.setSelectionRange(...select); else words.setSelectionRange(text.length, text.length);
  };
  const insert = (text) => {
    words.setRangeText(text, words.selectionStart, words.selectionEnd, 'end');
    fit();
    words.focus();
  };

  const quote = (id, text) => {
    form.elements.reply.value = id;
    const box = document.getElementById('quoting');
    box.hidden = !id;
    box.querySelector('p').textContent = text || '';
    if (id) words.focus();
  };
  document.querySelector('#quoting button').addEventListener('click', () => quote('', ''));

  let pending = null; // what was sent last and not taken: the same token, so that it is never doubled
  const send = async () => {
    const text = words.value;
    if (!text.trim() || form.classList.contains('sending')) return;
    if ([...text].length > maxWords) return toast(`太长了，一条消息最多 ${maxWords} 字，现在有 ${[...text].length} 字。请分几条发。`);
    const data = new FormData(form);
    data.delete('photo');
    if (!pending || pending.text !== text) pending = { text, token: token() };
    data.set('token', pending.token);
    form.classList.add('sending');
    const taken = await post(form.action, data);
    form.classList.remove('sending');
    if (!taken) return;
    pending = null;
    if (words.value === text) words.value = '';
    fit();
    quote('', '');
    if (form.classList.contains('voice')) voice();
    words.focus();
  };
  form.addEventListener('submit', (e) => { e.preventDefault(); send(); });

  const photos = async (files) => {
    tray(false);
    for (const file of files) {
      if (file.size > maxPhoto) { toast('照片太大了，一张最多 10 MB。'); continue; }
      const data = new FormData();
      data.set('token', token());
      data.set('reply', form.elements.reply.value);
      data.set('photo', file, 'photo');
      toast('正在发送照片…', true);
      if (await post(form.action, data)) { toast('照片已发送'); quote('', ''); }
    }
  };
  const picker = document.getElementById('photo');
  picker.addEventListener('change', async () => { const files = [...picker.files]; await photos(files); picker.value = ''; });
  words.addEventListener('paste', (e) => {
    const files = [...e.clipboardData.files];
    if (files.length) { e.preventDefault(); photos(files); }
  });

  const plain = words.placeholder;
  const voice = () => {
    const on = form.classList.toggle('voice');
    form.elements.mode.value = on ? 'voice' : 'text';
    const b = document.getElementById('voice');
    b.setAttribute('aria-pressed', String(on));
    words.placeholder = on ? '语音里说了什么，写在这里' : plain;
    tray(false);
    words.focus();
  };
  document.getElementById('voice').addEventListener('click', voice);
  document.getElementById('voice2').addEventListener('click', () => { if (!form.classList.contains('voice')) voice(); else tray(false); });

  const plus = document.getElementById('plus');
  const tray = (open) => {
    form.classList.toggle('trayed', open);
    plus.setAttribute('aria-expanded', String(open));
  };
  plus.addEventListener('click', () => tray(!form.classList.contains('trayed')));
  words.addEventListener('focus', () => { if (touch) tray(false); });
  document.getElementById('at').addEventListener('click', () => { tray(false); insert('@小邻 '); });

  const roll = () => {
    tray(false);
    const lists = document.querySelectorAll('#log .bubble.rolled .words');
    const last = lists.length ? lists[lists.length - 1].textContent.trimEnd() : '';
    fill(...joined(last, document.body.dataset.me));
  };
  document.getElementById('roll').addEventListener('click', roll);
  document.getElementById('log').addEventListener('click', (e) => { if (e.target.closest('.join-roll')) {
    fill(...joined(e.target.closest('.bubble').querySelector('.words').textContent.trimEnd(), document.body.dataset.me));
  } });
  for (const b of document.querySelectorAll('[data-try]')) b.addEventListener('click', () => fill(b.dataset.try));

  const pick = completion(words, fit);
  words.addEventListener('input', fit);
  words.addEventListener('keydown', (e) => {
    if (pick(e) || e.isComposing || e.keyCode === 229 || e.key !== 'Enter' || e.shiftKey || touch) return;
    e.preventDefault();
    send();
  });
  words.value = sessionStorage.getItem(draft) || '';
  fit();
  return { quote, fill, insert };
}

// joined is the last 接龙 with me as its last line, or the beginning of a new one with the topic selected.
export function joined(last, me) {
  if (!last) {
    const topic = '写下主题、时间和地点';
    return [`#接龙\n${topic}\n\n1. ${me}`, [4, 4 + topic.length]];
  }
  if (last.split('\n').some((l) => l.replace(/^\s*\d+\s*[.、．]\s*/, '').trim() === me)) toast('您已经在名单里了');
  const numbers = [...last.matchAll(/^\s*(\d+)\s*[.、．]/gm)].map((m) => Number(m[1]));
  return [`${last}\n${Math.max(0, ...numbers) + 1}. ${me}`];
}

function piece(name, text) {
  const e = document.createElement('span');
  e.className = name;
  e.textContent = text;
  if (name.startsWith('av')) e.ariaHidden = 'true';
  return e;
}

// completion offers names after an @; the returned function takes the keys it needs.
function completion(words, changed) {
  const box = document.getElementById('names');
  let at = -1, chosen = 0, offered = [];
  const close = () => { box.hidden = true; at = -1; words.removeAttribute('aria-activedescendant'); };
  const draw = () => {
    box.replaceChildren(...offered.map((who, i) => {
      const li = document.createElement('li');
      li.id = `name-${i}`;
      li.role = 'option';
      li.ariaSelected = String(i === chosen);
      li.append(piece('av ' + who.class, who.face), piece('names-name', who.name), piece('names-title', who.title || ''));
      li.addEventListener('pointerdown', (e) => e.preventDefault());
      li.addEventListener('click', () => take(who.name));
      return li;
    }));
    box.hidden = offered.length === 0;
    words.setAttribute('aria-activedescendant', `name-${chosen}`);
    box.children[chosen]?.scrollIntoView({ block: 'nearest' });
  };
  const take = (name) => {
    words.setRangeText(`@${name} `, at, words.selectionStart, 'end');
    close();
    changed();
  };
  words.setAttribute('aria-controls', 'names');
  words.setAttribute('aria-autocomplete', 'list');
  words.addEventListener('input', () => {
    if ('private' in document.body.dataset) return;
    const before = words.value.slice(0, words.selectionStart);
    at = before.lastIndexOf('@');
    const typed = before.slice(at + 1);
    if (at < 0 || typed.length > 12 || /\s/.test(typed)) return close();
    offered = JSON.parse(document.body.dataset.members).filter((who) => who.name.includes(typed));
    chosen = 0;
    if (offered.length) draw(); else close();
  });
  words.addEventListener('blur', close);
  return (e) => {
    if (box.hidden || e.isComposing) return false;
    const turn = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (turn) { chosen = (chosen + turn + offered.length) % offered.length; draw(); }
    else if (e.key === 'Enter' || e.key === 'Tab') take(offered[chosen].name);
    else if (e.key === 'Escape') close();
    else return false;
    e.preventDefault();
    return true;
  };
}
