// One short word over the page, also read aloud.
let timer;

export function toast(text, stays = false) {
  const box = document.querySelector('.toast');
  box.textContent = text;
  box.classList.add('on');
  clearTimeout(timer);
  if (!stays) timer = setTimeout(() => box.classList.remove('on'), Math.max(2600, 160 * text.length));
}

// post sends a form to the house and returns whether it was taken; what is wrong is shown.
export async function post(path, form) {
  try {
    const answer = await fetch(path, { method: 'POST', body: form, headers: { Accept: 'application/json' } });
    if (answer.ok) return true;
    const told = await answer.json().catch(() => ({}));
    toast(told.say || '没有发出，请再试一次。');
    if (answer.status === 401) setTimeout(() => location.assign('/who'), 2600);
  } catch {
    toast('网络断了，没有发出。字还在，等一下再按发送。');
  }
  return false;
}
